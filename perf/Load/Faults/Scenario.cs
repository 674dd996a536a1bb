using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Load.Faults;

/// <summary>A kind of cluster that faults happen to.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Build">In this folder; nothing of it runs yet.</param>
public sealed record Scenario(string Name, Func<string, FaultyCluster> Build)
{
    /// <summary>Nodes tell each other what changed, without a broker.</summary>
    public static Scenario Http { get; } = new("http", folder => new FaultyCluster(FaultyCluster.Options(folder)));

    public static Scenario RabbitMq { get; } = new("rabbitmq", folder => new FaultyCluster(FaultyCluster.Options(folder) with { Signals = SignalWay.RabbitMq }));

    /// <summary>What passes between the programs can be hurt.</summary>
    public static Scenario Relayed { get; } = new("relayed", folder => new FaultyCluster(FaultyCluster.Options(folder) with { Relayed = true }));

    /// <summary>The store's disk can be full. In memory: enough for a run's messages.</summary>
    public static Scenario SmallDisk { get; } = new("disk", folder => new FaultyCluster(FaultyCluster.Options(folder) with { DiskMegabytes = 4_000 }));

    /// <summary>The last node is in another network, at the end of a good line.</summary>
    public static Scenario Far { get; } = new("far", folder =>
    {
        var line = BadLine.LayAsync(TimeSpan.Zero, loss: 0).GetAwaiter().GetResult();
        return new FaultyCluster(FaultyCluster.Options(folder) with { Relayed = true, Far = new FarNodes(line, [FaultyCluster.LastNode]) });
    });

    public static Scenario Galera { get; } = new("galera", folder => new FaultyCluster(FaultyCluster.Options(folder) with { Galera = true }));
}
