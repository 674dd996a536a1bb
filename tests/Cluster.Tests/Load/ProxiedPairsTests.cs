using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Testing;
using IntraMessenger.Testing.Ways;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Load;

/// <summary>The load client behind what the page is tested behind too; it says whether it streams or polls.</summary>
[Collection(nameof(RunningCollection))]
public sealed class ProxiedPairsTests(RunningCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is { Length: > 0 };

    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Pairs_BehindSquid_Stream()
    {
        await using var squid = await WebProxy.SquidAsync();
        (await TalkAsync("squid", cluster.Local.GatewayProcess.Url, new ClientSettings { Proxy = new Uri(squid.Address) }, TimeSpan.FromSeconds(5))).ShouldBe(0);
    }

    [Fact]
    public async Task Pairs_BehindAProxyThatBuffers_PollWhereNothingComesThrough()
    {
        // Where enough comes at once nginx passes on what it has, and a stream is as good as any.
        await using var nginx = await WebProxy.BufferingAsync(cluster.Local.GatewayProcess.Url);
        (await TalkAsync("buffered", nginx.Address, new ClientSettings(), TimeSpan.FromSeconds(5))).ShouldBePositive();
    }

    [Fact]
    public async Task Pairs_BehindAProxyThatCuts_StreamOn()
    {
        var seconds = IsLong ? 30 : 5;
        await using var relay = new CuttingRelay(cluster.Local.GatewayProcess.Url, TimeSpan.FromSeconds(seconds));
        (await TalkAsync("cut", relay.Address, new ClientSettings(), TimeSpan.FromSeconds(seconds * 3))).ShouldBe(0);
        relay.Cut.ShouldBeGreaterThan(10);
    }

    /// <summary>Five pairs talk as fast as they can; the answer is how many of the ten poll.</summary>
    private async Task<int> TalkAsync(string name, string address, ClientSettings settings, TimeSpan time)
    {
        await using var store = new PopulationStore(cluster.Local.ConnectionString);
        var population = await store.PairsAsync(10, "a", $"proxied-{name}");
        await using var crowd = Crowd.Gather([new Uri($"{address}/a")], population, await store.LastSeqsAsync(population.Talks), settings);
        await crowd.ListenAsync();
        crowd.Ledger.StartMeasuring();
        var senders = Senders.ClosedLoop(crowd);
        await Task.Delay(time);
        await senders.StopAsync(Patience);
        await crowd.SettleAsync(Patience);

        var report = crowd.Ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        report.Acknowledged.ShouldBe(report.Sent);
        report.Acknowledged.ShouldBeGreaterThan(20);
        var polling = crowd.Clients.Count(client => client.IsPolling);
        output.WriteLine($"{name}: {crowd.Clients.Count - polling} stream, {polling} poll; {report.Acknowledged} messages in {time.TotalSeconds:0} s, p50 {crowd.Ledger.Delivery.PercentileMilliseconds(50):0} ms to be received, {crowd.Network.Counts.Losses} event requests lost");
        return polling;
    }
}
