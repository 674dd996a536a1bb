using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Load;

[Collection(nameof(RunningCollection))]
public sealed class BusyPairsTests(RunningCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(EventMode.Stream)]
    [InlineData(EventMode.Poll)]
    public async Task BusyPairs_OnTwoNodes_HaveACleanLedger(EventMode mode)
    {
        await using var store = new PopulationStore(cluster.Local.ConnectionString);
        var population = await store.PairsAsync(10, "a", $"busy-{mode.ToString().ToLowerInvariant()}");
        await using var crowd = Crowd.Gather(
            [new Uri(RunningCluster.At(cluster.A1)), new Uri(RunningCluster.At(cluster.A2))], population, await store.LastSeqsAsync(population.Talks), new ClientSettings { Mode = mode });
        await crowd.ListenAsync();

        var senders = Senders.ClosedLoop(crowd);
        await Task.Delay(TimeSpan.FromSeconds(5));
        await senders.StopAsync(Patience);
        await crowd.SettleAsync(Patience);

        var report = crowd.Ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        report.Acknowledged.ShouldBe(report.Sent);
        report.Received.ShouldBe(2 * report.Acknowledged, "both members of each pair get each message");
        report.Acknowledged.ShouldBeGreaterThan(20);
        crowd.Clients.ShouldAllBe(client => client.IsPolling == (mode == EventMode.Poll));
    }

    [Fact]
    public async Task BusyPairs_WhileTheirNodeIsKilled_HaveACleanLedger()
    {
        await using var store = new PopulationStore(cluster.Local.ConnectionString);
        var population = await store.PairsAsync(10, "a", "busy-killed");
        await using var crowd = Crowd.Gather(
            [new Uri(RunningCluster.At(cluster.A1)), new Uri(RunningCluster.At(cluster.A2))], population, await store.LastSeqsAsync(population.Talks), new ClientSettings(), start: _ => 0);
        await crowd.ListenAsync();

        var senders = Senders.ClosedLoop(crowd);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await cluster.A1.KillAsync();
        (await crowd.AllListenAsync(Patience)).ShouldBeTrue();
        var before = crowd.Ledger.AcknowledgedCount;
        await Task.Delay(TimeSpan.FromSeconds(2));
        await senders.StopAsync(Patience);
        await crowd.SettleAsync(Patience);

        var report = crowd.Ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        report.Acknowledged.ShouldBe(report.Sent);
        report.Acknowledged.ShouldBeGreaterThan(before);
        crowd.Network.Counts.Losses.ShouldBeGreaterThanOrEqualTo(10);
    }
}
