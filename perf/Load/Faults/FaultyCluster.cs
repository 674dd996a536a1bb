using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for the cluster of a scenario and the means to hurt it. Dispose stops all of it.</summary>
public sealed class FaultyCluster(ClusterOptions options) : IAsyncDisposable
{
    public const string PolicySet = "a";

    private const int NodeCount = 3;

    public static readonly string LastNode = $"node-{PolicySet}{NodeCount}";

    /// <summary>To the last node; null where all are beside each other.</summary>
    public BadLine? Line => options.Far?.Line;

    public LocalCluster Local { get; } = new(options);

    public IReadOnlyList<Member> Nodes => Local.Nodes;

    /// <summary>The node that the fault of this turn is about.</summary>
    public Member Victim { get; set; } = null!;

    public PrivateMariaDb Store => Local.Store!;

    public PrivateRabbitMq Broker => Local.Broker!;

    /// <summary>The nodes; the gateway is the last.</summary>
    public IReadOnlyList<Uri> Addresses => [.. Nodes.Select(node => new Uri($"{node.Url}/{PolicySet}")), new($"{Local.GatewayProcess.Url}/{PolicySet}")];

    /// <summary>What scenarios start from: some nodes of one policy set, on free ports.</summary>
    public static ClusterOptions Options(string folder) => ClusterOptions.OnFreePorts(folder) with
    {
        Nodes = [new NodeGroup(PolicySet, NodeCount)],
        Demo = false,
        // Meant for the load client alone, which sets it for itself.
        Environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "0" },
    };

    public async Task StartAsync(IReadOnlyDictionary<string, object?> settings, Action<string> say, CancellationToken cancellation)
    {
        await Local.StartAsync(say, cancellation);
        using var console = await Local.SignInToConsoleAsync();
        await console.SaveAsync(PolicySet, "Limits for faults", settings);
    }

    /// <summary>Null when every process is as it should be, else why not.</summary>
    public async Task<string?> NotWellBecauseAsync()
    {
        foreach (var member in Local.Members)
        {
            if (!member.IsAlive) return $"{member.Name} has ended";
            if (await member.NotReadyBecauseAsync() is { } reason) return $"{member.Name} is not ready: {reason}";
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await Local.DisposeAsync();
        if (Line is not null) await Line.DisposeAsync();
    }
}
