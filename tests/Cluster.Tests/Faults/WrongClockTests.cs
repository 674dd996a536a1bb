using IntraMessenger.Cluster.Tests.Signals;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

[Collection(nameof(RunningCollection))]
public sealed class WrongClockTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public async Task DisposeAsync()
    {
        foreach (var member in new[] { cluster.B1, cluster.Local.ControlProcess }) await SetClockAsync(member, TimeSpan.Zero);
    }

    [ClockFact]
    public async Task Clocks_ThatAreMinutesApart_DelayNothing()
    {
        await SetClockAsync(cluster.B1, TimeSpan.FromMinutes(7));
        await SetClockAsync(cluster.Local.ControlProcess, TimeSpan.FromMinutes(-11));
        (await ClockAsync(cluster.B1) - TimeProvider.System.GetUtcNow()).TotalMinutes.ShouldBe(7, 0.2);
        (await ClockAsync(cluster.Local.ControlProcess) - TimeProvider.System.GetUtcNow()).TotalMinutes.ShouldBe(-11, 0.2);

        await using var talk = await Talk.BeginAsync(cluster);
        for (var i = 0; i < 10; i++) await talk.SayAsync();
        (await talk.Bob.SayAsync(talk.Conversation, "from a wrong clock")).Status.ShouldBe(201);
        using (var console = await cluster.Local.SignInToConsoleAsync()) await console.SaveAsync("b", "by a wrong clock", new Dictionary<string, object?> { ["messages.maxLength"] = 2_345 });
        await Eventually.HoldsAsync(async () => await Lines.FarNodeTests.MaxLengthAsync(cluster) == 2_345, "the changed setting");
        var sent = (await talk.Alice.ReadAllAsync(talk.Conversation)).Select(item => item.GetProperty("sentAt").GetDateTimeOffset()).ToArray();
        sent.SequenceEqual(sent.Order()).ShouldBeTrue("the store's clock tells when");
    }

    private static Task SetClockAsync(Member member, TimeSpan ahead)
    {
        if (member.ClockAhead == ahead) return Task.CompletedTask;
        member.ClockAhead = ahead;
        return member.RestartAsync();
    }

    private static async Task<DateTimeOffset> ClockAsync(Member member)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"{member.Management}/health/ready");
        return answer.Headers.Date!.Value;
    }
}

/// <summary>A fact that needs libfaketime, and is skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClockFactAttribute : FactAttribute
{
    public ClockFactAttribute() => Skip = FakeTime.WhyNot;
}
