using IntraMessenger.Load.Clients;

namespace IntraMessenger.Load.Faults;

/// <summary>One time that a fault happens.</summary>
/// <param name="Fault">What happens.</param>
/// <param name="Node">The index of the node that it is about, where it is about one.</param>
public sealed record FaultTurn(Fault Fault, int Node);

/// <summary>What a run consists of. The same seed gives the same faults in the same order.</summary>
public sealed record FaultPlan
{
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>Those that should happen as well and cannot here: a run without them is not clean.</summary>
    public IReadOnlyList<Fault> LeftOut { get; init; } = [];

    /// <summary>Holds the clusters, and what they leave where the run was not clean.</summary>
    public required string Folder { get; init; }

    public required int Seed { get; init; }

    /// <summary>How often each fault happens.</summary>
    public int Turns { get; init; } = 3;

    /// <summary>The load goes on until so many are acknowledged in all.</summary>
    public long Messages { get; init; }

    /// <summary>In pairs, in each scenario.</summary>
    public int People { get; init; } = 200;

    /// <summary>The time around a fault in which acknowledged messages are counted: the fault lies in its middle. Those of neighbours overlap.</summary>
    public TimeSpan Around { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The fewest that must be acknowledged in that time.</summary>
    public long LeastAround { get; init; } = 5_000;

    /// <summary>Between the recovery from one fault and the next one.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No fault takes more of that time.</summary>
    private TimeSpan Longest => Around * 2 / 3;

    /// <summary>How long after the end of a fault everybody must listen, be answered and have what was acknowledged before again: a lease, another one of grace, and what a client rests.</summary>
    public TimeSpan RecoverWithin { get; init; } = TimeSpan.FromSeconds(90);

    public ClientSettings Clients { get; init; } = new();

    public IEnumerable<Scenario> Scenarios => Faults.Select(fault => fault.Scenario).Distinct();

    public TimeSpan LengthOf(Fault fault) => fault.Length < Longest ? fault.Length : Longest;

    /// <summary>The share of a scenario in <see cref="Messages"/>.</summary>
    public long MessagesOf(Scenario scenario) => (long)Math.Ceiling((double)Messages * Faults.Count(fault => fault.Scenario == scenario) / Faults.Count);

    /// <summary>Each fault of the scenario so often, in an order of this seed; those about a node go round the nodes.</summary>
    public IReadOnlyList<FaultTurn> Draw(Scenario scenario, int nodes)
    {
#pragma warning disable RS0030 // a run can be repeated by its seed
        var random = new Random(Seed);
        var turns = Faults.Where(fault => fault.Scenario == scenario).SelectMany(fault =>
        {
            var first = random.Next(nodes);
            return Enumerable.Range(0, Turns).Select(turn => new FaultTurn(fault, (first + turn) % nodes));
        }).ToArray();
        random.Shuffle(turns);
#pragma warning restore RS0030
        return turns;
    }
}
