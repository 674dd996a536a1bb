using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Load.Faults;

/// <summary>A kind of cluster that faults happen to.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Build">In this folder; nothing of it runs yet.</param>
public sealed record Scenario(string Name, Func<string, FaultyCluster> Build)
{
    /// <summary>Nodes tell each other what changed, without a broker.</summary>
    public static Scenario Http { get; } = new("http", folder => new FaultyCluster(FaultyCluster.Options(folder)));

    public static Scenario RabbitMq { get; } = new("rabbitmq", folder => new FaultyCluster(FaultyCluster.Options(folder) with { Signals = SignalWay.RabbitMq }));
}
