using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Load.Clients;

namespace IntraMessenger.Load.Commands;

/// <summary>What the person at the terminal asked for.</summary>
internal sealed record BenchOptions
{
    public required string Workload { get; init; }

    public int? People { get; init; }

    public IReadOnlyList<NodeGroup> Nodes { get; init; } = [];

    public int? Seconds { get; init; }

    public int WarmUpSeconds { get; init; } = 8;

    public int Runs { get; init; } = 1;

    public bool Gateway { get; init; }

    public bool Ceiling { get; init; }

    /// <summary>A node at the other end of a bad line; null where all are beside each other.</summary>
    public FarLine? Far { get; init; }

    /// <summary>Without the product: to work on the ceiling, or on the load client.</summary>
    public bool OnlyCeiling { get; init; }

    /// <summary>Message rows that are there before; null for what the workload asks for.</summary>
    public long? Rows { get; init; }

    /// <summary>Addresses of a running cluster, such as <c>http://10.0.0.7:8080/a</c>.</summary>
    public IReadOnlyList<Uri> Cluster { get; init; } = [];

    /// <summary>The connection string of its store.</summary>
    public string? Store { get; init; }

    public required string Folder { get; init; }

    public string? Json { get; init; }

    /// <summary>Of W6, as the three that follow: names, separated by commas; null for all.</summary>
    public string? Faults { get; init; }

    public int Turns { get; init; } = 3;

    public long Messages { get; init; } = 1_000_000;

    public TimeSpan Around { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Drawn where null.</summary>
    public int? Seed { get; init; }

    public ClientSettings Clients { get; init; } = new();
}

/// <summary>What the line to a far node is like.</summary>
/// <param name="DelayMilliseconds">Of one way.</param>
/// <param name="LossPercent">Of the packets of each way.</param>
internal sealed record FarLine(double DelayMilliseconds, double LossPercent);
