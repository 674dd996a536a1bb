using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Faults;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>The signs that a fault happens, on clusters to which nothing happens; on those to which it does, <see cref="FaultTests"/> ask for them.</summary>
[Collection(nameof(FaultCollection))]
public sealed class FaultSignTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, object?> Unlimited = new() { ["limits.signInsPerMinute"] = 0, ["limits.requestsPerSecond"] = 0 };

    [Theory]
    [ScenarioData("http")]
    [ScenarioData("rabbitmq")]
    [ScenarioData("relayed", IsInShort = true)]
    [ScenarioData("disk")]
    [ScenarioData("far")]
    [ScenarioData("galera")]
    public async Task Signs_OfFaultsThatDoNotHappen_AreNotSeen(string scenario)
    {
        var folder = Directory.CreateTempSubdirectory("im-signs-").FullName;
        var faults = Fault.All.Where(fault => fault.Scenario.Name == scenario && fault.WhyNot is null).ToArray();
        await using (var cluster = faults[0].Scenario.Build(folder))
        {
            await cluster.StartAsync(Unlimited, _ => { }, CancellationToken.None);
            cluster.Victim = cluster.Nodes[^1];
            await using var store = new PopulationStore(cluster.Local.ConnectionString);
            var population = await store.PairsAsync(10, FaultyCluster.PolicySet);
            await using var crowd = Crowd.Gather(cluster.Addresses, population, await store.LastSeqsAsync(population.Talks), new ClientSettings());
            await crowd.ListenAsync();
            using var senders = Senders.Paced(crowd, TimeSpan.FromSeconds(0.5));

            // A machine that stands still for a moment may have somebody refused: that is no fault, and does not last.
            string[] seen = [];
            await Eventually.HoldsAsync(async () => (seen = await SeenAsync(faults, cluster, crowd)).Length == 0, "a while without any sign", 30, () => string.Join(", ", seen));
            await senders.StopAsync(Patience);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string[]> SeenAsync(Fault[] faults, FaultyCluster cluster, Crowd crowd)
    {
        var (busy, acknowledged) = (crowd.Network.Counts.Busy, crowd.Ledger.AcknowledgedCount);
        var signs = faults.Select(fault => (fault.Name, IsSeen: fault.Sign.Watch(cluster))).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(2)); // of messages, leases and sweeps, by the ways that the signs look at
        var counts = new FaultCounts(Busy: crowd.Network.Counts.Busy - busy);
        List<string> seen = [];
        foreach (var (name, isSeen) in signs) if (await isSeen(counts)) seen.Add(name);
        if (crowd.Ledger.AcknowledgedCount == acknowledged) seen.Add("nobody talked");
        return [.. seen];
    }
}
