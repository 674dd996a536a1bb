using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load;

/// <summary>What is measured did something that it must not, so that the run is good for nothing and need not go on; its message is a sentence.</summary>
public sealed class RunFailedException(string message, LedgerReport ledger) : Exception(message)
{
    /// <summary>As it was then.</summary>
    public LedgerReport Ledger => ledger;
}
