using IntraMessenger.Cluster.Tests.Lines;
using IntraMessenger.Cluster.Tests.Signals;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>A node that is cut off from one of its neighbours: bob's.</summary>
[Collection(nameof(FaultCollection))]
public sealed class CutOffTests : IAsyncLifetime
{
    private BadLine? _line;
    private RunningCluster? _cluster;

    public async Task InitializeAsync()
    {
        if (BadLine.WhyNot is not null) return;
        _line = await BadLine.LayAsync(TimeSpan.Zero, loss: 0);
        _cluster = RunningCluster.With(options => options with { Relayed = true, Far = new FarNodes(_line, ["node-b1"]) });
        await _cluster.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_line is not null) await _line.DisposeAsync();
    }

    [LineFact]
    public async Task Node_ThatIsCutOff_ServesWithoutTheOthersAndCentral_AndNotWithoutTheStore()
    {
        var (cluster, far) = (_cluster!, _cluster!.Local.Far!);
        await using var talk = await Talk.BeginAsync(cluster);

        var (received, swept) = (await Talk.ReceivedAsync(cluster.B1), await Talk.SweptAsync(cluster.B1));
        far.CutOff(Neighbour.Nodes);
        for (var i = 0; i < 3; i++) await talk.SayAsync();
        await talk.EverythingArrivedAsync();
        (await Talk.ReceivedAsync(cluster.B1)).ShouldBeLessThan(received + 3, "no node reaches it");
        await Eventually.HoldsAsync(async () => await Talk.SweptAsync(cluster.B1) >= swept + 3, "the sweep found them"); // and perhaps what was before anybody listened here
        var lost = await Talk.LostAsync(cluster.B1);
        await Eventually.HoldsAsync(async () =>
        {
            (await talk.Bob.SayAsync(talk.Conversation, "to the others")).Status.ShouldBe(201);
            await Task.Delay(500); // longer than a signal takes that comes through
            return await Talk.LostAsync(cluster.B1) > lost;
        }, "nor does it reach them");
        far.Mend();
        await talk.BySignalsAsync("after the nodes reach each other again");

        far.CutOff(Neighbour.Control);
        using (var console = await cluster.Local.SignInToConsoleAsync()) await console.SaveAsync("b", "not heard", new Dictionary<string, object?> { ["messages.maxLength"] = 1_234 });
        await talk.BySignalsAsync("without Central");
        await Task.Delay(TimeSpan.FromSeconds(2));
        (await FarNodeTests.MaxLengthAsync(cluster)).ShouldNotBe(1_234, "Central does not reach it");
        far.Mend();
        await Eventually.HoldsAsync(async () => await FarNodeTests.MaxLengthAsync(cluster) == 1_234, "the changed setting", 60);

        if (Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is not { Length: > 0 }) return; // a lease has to run out
        far.CutOff(Neighbour.Store);
        await Eventually.HoldsAsync(async () => (await talk.Bob.SayAsync(talk.Conversation, "into nothing")) is { Status: 503, RetryAfter: not null }, "that it refuses", 40);
        (await talk.Alice.SayAsync(talk.Conversation, "to the others")).Status.ShouldBe(201, "the others reach the store");
        far.Mend();
        await Eventually.HoldsAsync(async () => (await talk.Bob.SayAsync(talk.Conversation, "back")).Status == 201, "that it goes on by itself", 60);
    }
}
