namespace IntraMessenger.Load.Measuring;

/// <summary>One number of a run.</summary>
/// <param name="Name">The same for product and ceiling, so that they can be compared.</param>
/// <param name="Unit">Such as <c>ms</c>.</param>
/// <param name="Value">The number.</param>
public sealed record Figure(string Name, string Unit, double Value);

/// <summary>What one run of a workload gave.</summary>
public sealed record RunResult(IReadOnlyList<Figure> Figures, Ledgers.LedgerReport Ledger, IReadOnlyList<ProcessRow> Processes)
{
    /// <summary>What a person should know of this run besides the numbers.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Sentences, besides what the ledger says; a good run has none.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}
