using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Testing;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Load;

/// <summary>What W5 does with a thousand; that they come with jitter is ClientRouteTests' to say.</summary>
[Collection(nameof(RunningCollection))]
public sealed class ComingBackTests(RunningCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private const int People = 200;

    /// <summary>Somebody who comes alone costs about twenty; those who come together share them.</summary>
    private const double MostStatementsEach = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task InitializeAsync()
    {
        await cluster.ResetAsync();
        await LimitAsync(0);
    }

    public Task DisposeAsync() => LimitAsync(50);

    [Fact]
    public async Task ClientsOfAKilledNode_AreBackThroughAnother_AndNoStormOnTheStore()
    {
        await using var store = new PopulationStore(cluster.Local.ConnectionString);
        var population = await store.PairsAsync(People, "a", "back");
        await using var crowd = Crowd.Gather(
            [new Uri(RunningCluster.At(cluster.A1)), new Uri(RunningCluster.At(cluster.A2))], population, await store.LastSeqsAsync(population.Talks), new ClientSettings(), start: _ => 0);
        await crowd.ListenAsync();
        var senders = Senders.Paced(crowd, TimeSpan.FromSeconds(10));

        var usual = await StatementsAsync(() => Task.Delay(TimeSpan.FromSeconds(3)));
        var meanwhile = await StatementsAsync(async () =>
        {
            await cluster.A1.KillAsync();
            await Eventually.HoldsAsync(() => crowd.Network.Counts.Losses >= People, "everybody's loss");
            (await crowd.AllListenAsync(Patience)).ShouldBeTrue($"{crowd.Network.Counts.Listening} of {People} are back");
        });
        var each = (meanwhile.Count - usual.Count / usual.Seconds * meanwhile.Seconds) / People;
        output.WriteLine($"all back after {meanwhile.Seconds:0.00} s, {meanwhile.Count} statements, {each:0.0} each besides what is usual ({usual.Count / usual.Seconds:0} a second)");

        await senders.StopAsync(Patience);
        await crowd.SettleAsync(Patience);
        var report = crowd.Ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        report.Acknowledged.ShouldBe(report.Sent);
        each.ShouldBeLessThan(MostStatementsEach);

        async Task<(double Count, double Seconds)> StatementsAsync(Func<Task> what)
        {
            var (before, started) = (await store.QuestionsAsync(), TimeProvider.System.GetTimestamp());
            await what();
            return (await store.QuestionsAsync() - before, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async Task LimitAsync(int connectedUsers)
    {
        using var console = await cluster.Local.SignInToConsoleAsync();
        await console.SaveAsync("a", "For many", new Dictionary<string, object?> { ["sessions.maxConnectedUsers"] = connectedUsers });
    }
}
