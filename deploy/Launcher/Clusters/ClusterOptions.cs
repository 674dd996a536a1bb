using System.Text.RegularExpressions;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Some nodes of one policy set.</summary>
public sealed record NodeGroup(string PolicySet, int Count);

/// <summary>Nodes at the other end of a line: they reach the store, control and other nodes through it only, and are reached through it.</summary>
public sealed record FarNodes(BadLine Line, IReadOnlyList<string> Names);

/// <summary>How nodes tell each other what changed.</summary>
public enum SignalWay
{
    /// <summary>From node to node.</summary>
    Http,
    /// <summary>Through a RabbitMQ.</summary>
    RabbitMq,
}

/// <summary>What a cluster on this machine consists of.</summary>
public sealed partial record ClusterOptions
{
    /// <summary>Holds everything of the cluster: data, logs, secrets, the running programs. Removing it removes the cluster.</summary>
    public required string Folder { get; init; }

    public int GatewayPort { get; init; } = 8080;

    public int ConsolePort { get; init; } = 8081;

    public IReadOnlyList<NodeGroup> Nodes { get; init; } = [new("a", 2), new("b", 1)];

    /// <summary>The connection string of a server of one's own; null for a private MariaDB in <see cref="Folder"/>.</summary>
    public string? Store { get; init; }

    /// <summary>Whether the store is a Galera cluster of three instead of one MariaDB.</summary>
    public bool Galera { get; init; }

    /// <summary>The size of the private MariaDB's own disk; null for the folder's. What is on it is gone when the launcher ends.</summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>Null where all are beside each other. Who gives the line disposes of it, after the cluster.</summary>
    public FarNodes? Far { get; init; }

    /// <summary>Whether the programs reach the store, and nodes each other's management ports, through this process, where faults can be done to what passes.</summary>
    public bool Relayed { get; init; }

    /// <summary>Which way nodes tell each other what changed; with <see cref="SignalWay.RabbitMq"/> a private broker is started.</summary>
    public SignalWay Signals { get; init; }

    /// <summary>Whether a second control runs beside the first; either may die.</summary>
    public bool SecondControl { get; init; }

    /// <summary>Null for clear text: all of it stays on this machine.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether the demo people get their accounts.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>Environment variables of the programs, besides the launcher's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long all programs together may take until they are ready.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>A cluster beside any other: on ports that are free now.</summary>
    public static ClusterOptions OnFreePorts(string folder) =>
        new() { Folder = folder, GatewayPort = FreePort.Next(), ConsolePort = FreePort.Next() };

    /// <summary>Reads <c>a=2,b=1</c>. Throws <see cref="LauncherException"/> where it is something else.</summary>
    public static IReadOnlyList<NodeGroup> ParseNodes(string text)
    {
        var groups = new List<NodeGroup>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var match = Group().Match(part);
            if (!match.Success || groups.Any(group => group.PolicySet == match.Groups[1].Value))
                throw new LauncherException($"--nodes is '{text}'; it names each policy set once with 1 to 20 nodes, such as a=2,b=1.");
            groups.Add(new NodeGroup(match.Groups[1].Value, int.Parse(match.Groups[2].Value)));
        }

        return groups;
    }

    /// <summary>Reads <c>http</c> or <c>rabbitmq</c>. Throws <see cref="LauncherException"/> where it is something else.</summary>
    public static SignalWay ParseSignals(string text) => text switch
    {
        "http" => SignalWay.Http,
        "rabbitmq" => SignalWay.RabbitMq,
        _ => throw new LauncherException($"--signals is '{text}'; it is http or rabbitmq."),
    };

    [GeneratedRegex("^([a-z0-9-]{1,32})=([1-9]|1[0-9]|20)$")]
    private static partial Regex Group();
}
