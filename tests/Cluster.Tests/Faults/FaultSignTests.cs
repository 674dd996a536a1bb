using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Faults;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>The signs that a fault happens, on clusters to which nothing happens; on those to which it does, <see cref="FaultTests"/> ask for them.</summary>
[Collection(nameof(FaultCollection))]
public sealed class FaultSignTests
{
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
            await cluster.StartAsync(new Dictionary<string, object?>(), _ => { }, CancellationToken.None);
            cluster.Victim = cluster.Nodes[^1];
            var signs = faults.Select(fault => (fault.Name, IsSeen: fault.Sign.Watch(cluster))).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(2)); // of leases and sweeps, by the ways that the signs look at
            foreach (var (name, isSeen) in signs) (await isSeen(new FaultCounts())).ShouldBeFalse(name);
        }

        Directory.Delete(folder, recursive: true);
    }
}
