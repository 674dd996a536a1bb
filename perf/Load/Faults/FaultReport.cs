using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Faults;

/// <summary>What happened around a fault, over all its turns.</summary>
public sealed record FaultRow(string Fault, string Scenario)
{
    public int Times { get; init; }

    /// <summary>Acknowledged in the time around it; the least of its turns.</summary>
    public long LeastAround { get; init; } = long.MaxValue;

    /// <summary>The longest time without an acknowledged message, in seconds.</summary>
    public double LongestSilence { get; init; }

    /// <summary>From its end until everybody listened, had been answered and had what was acknowledged before, in seconds; the longest of its turns.</summary>
    public double BackAfter { get; init; }

    public FaultCounts Counts { get; init; } = new();

    internal FaultRow With(double silence, double backAfter, FaultCounts counts) => this with
    {
        Times = Times + 1,
        LongestSilence = Math.Max(LongestSilence, silence),
        BackAfter = Math.Max(BackAfter, backAfter),
        Counts = Counts + counts,
    };

    internal FaultRow WithAround(long acknowledged) => this with { LeastAround = Math.Min(LeastAround, acknowledged) };
}

/// <summary>Counters of clients and nodes.</summary>
/// <param name="Losses">Event requests that broke off.</param>
/// <param name="Resyncs">Clients that had to fetch.</param>
/// <param name="NoPlaces">Clients that had lost their place.</param>
/// <param name="Busy">Answers 429 and 503.</param>
/// <param name="Repeats">Sends that were repeated.</param>
/// <param name="Again">Messages that came a second time where the contract allows it.</param>
/// <param name="SignalsSent">From node to node.</param>
/// <param name="SignalsLost">Those that could not be told.</param>
/// <param name="Swept">What the sweep found before any signal.</param>
public sealed record FaultCounts(long Losses = 0, long Resyncs = 0, long NoPlaces = 0, long Busy = 0, long Repeats = 0, long Again = 0, long SignalsSent = 0, long SignalsLost = 0, long Swept = 0)
{
    public static FaultCounts operator +(FaultCounts one, FaultCounts other) => new(
        one.Losses + other.Losses, one.Resyncs + other.Resyncs, one.NoPlaces + other.NoPlaces, one.Busy + other.Busy, one.Repeats + other.Repeats,
        one.Again + other.Again, one.SignalsSent + other.SignalsSent, one.SignalsLost + other.SignalsLost, one.Swept + other.Swept);

    public static FaultCounts operator -(FaultCounts one, FaultCounts other) => new(
        one.Losses - other.Losses, one.Resyncs - other.Resyncs, one.NoPlaces - other.NoPlaces, one.Busy - other.Busy, one.Repeats - other.Repeats,
        one.Again - other.Again, one.SignalsSent - other.SignalsSent, one.SignalsLost - other.SignalsLost, one.Swept - other.Swept);
}

/// <summary>What became of those who raced for too few places and contacts.</summary>
/// <param name="Samples">How often the store was looked at.</param>
/// <param name="Admitted">Sign-ins of strangers that got a place.</param>
/// <param name="PlacesRefused">Sign-ins that were refused because the set was full.</param>
/// <param name="ContactsRefused">Requests that were refused because the list was full.</param>
/// <param name="Violations">How often somebody saw more than the limit.</param>
public sealed record LimitReport(long Samples = 0, long Admitted = 0, long PlacesRefused = 0, long ContactsRefused = 0, long Violations = 0)
{
    private const int MostTold = 10;

    /// <summary>What was seen the first times: sentences.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    public static LimitReport Of(IReadOnlyList<string> seen) => new(Violations: seen.Count) { Seen = seen };

    public static LimitReport operator +(LimitReport one, LimitReport other) => new(one.Samples + other.Samples, one.Admitted + other.Admitted,
        one.PlacesRefused + other.PlacesRefused, one.ContactsRefused + other.ContactsRefused, one.Violations + other.Violations)
    { Seen = [.. one.Seen.Concat(other.Seen).Take(MostTold)] };
}

/// <summary>What a run gave.</summary>
/// <param name="Rows">One a fault.</param>
/// <param name="Ledger">Of all scenarios together.</param>
/// <param name="Limits">The same.</param>
/// <param name="Failures">Sentences; a clean run has none.</param>
public sealed record FaultReport(IReadOnlyList<FaultRow> Rows, LedgerReport Ledger, LimitReport Limits, IReadOnlyList<string> Failures)
{
    public bool IsClean => Failures.Count == 0;
}
