namespace IntraMessenger.Load.Ledgers;

/// <summary>What the ledger has counted.</summary>
public sealed record LedgerReport
{
    public long Sent { get; init; }

    /// <summary>Answered 201 or 200.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Sends that were refused for good.</summary>
    public long Refused { get; init; }

    /// <summary>First receipts, over all clients.</summary>
    public long Received { get; init; }

    /// <summary>Came a second time where the contract allows it: on a connection to another life of a node.</summary>
    public long Again { get; init; }

    /// <summary>Came by fetching, after <c>resync</c>.</summary>
    public long Fetched { get; init; }

    /// <summary>Was there for fetching at the end, but no event had told it and no <c>resync</c> had said that something is missing: a silent hole.</summary>
    public long Missed { get; init; }

    /// <summary>Acknowledged, and at the end a member had not got it.</summary>
    public long Lost { get; init; }

    /// <summary>Numbers under which a server of the store has nothing at the end, or something else than was sent.</summary>
    public long NotStored { get; init; }

    /// <summary>Came twice on one connection, or on another one that goes on where the last one ended.</summary>
    public long Repeated { get; init; }

    /// <summary>Came before one with a smaller number.</summary>
    public long Misordered { get; init; }

    /// <summary>One message under two numbers.</summary>
    public long StoredTwice { get; init; }

    /// <summary>Another content than was sent, or two people saw different messages under one number.</summary>
    public long Changed { get; init; }

    /// <summary>A number that was taken before, or that is smaller than that of an earlier message of the same sender.</summary>
    public long Misnumbered { get; init; }

    /// <summary>Came to somebody who is no member of its conversation.</summary>
    public long Misdelivered { get; init; }

    /// <summary>In a conversation of the run, which nobody else writes to, and sent by nobody.</summary>
    public long Foreign { get; init; }

    /// <summary>Of conversations that are not of the run; no failure by themselves.</summary>
    public long Elsewhere { get; init; }

    public bool IsClean => Failures == 0;

    public long Failures => Missed + Lost + NotStored + Wrong;

    /// <summary>Clean, and every send was answered.</summary>
    public bool IsWhole => IsClean && Acknowledged == Sent;

    /// <summary>What is a failure the moment it is counted.</summary>
    public long Wrong => Repeated + Misordered + StoredTwice + Changed + Misnumbered + Misdelivered + Foreign;

    /// <summary>Of both together.</summary>
    public static LedgerReport operator +(LedgerReport one, LedgerReport other) => new()
    {
        Sent = one.Sent + other.Sent,
        Acknowledged = one.Acknowledged + other.Acknowledged,
        Refused = one.Refused + other.Refused,
        Received = one.Received + other.Received,
        Again = one.Again + other.Again,
        Fetched = one.Fetched + other.Fetched,
        Missed = one.Missed + other.Missed,
        Lost = one.Lost + other.Lost,
        NotStored = one.NotStored + other.NotStored,
        Repeated = one.Repeated + other.Repeated,
        Misordered = one.Misordered + other.Misordered,
        StoredTwice = one.StoredTwice + other.StoredTwice,
        Changed = one.Changed + other.Changed,
        Misnumbered = one.Misnumbered + other.Misnumbered,
        Misdelivered = one.Misdelivered + other.Misdelivered,
        Foreign = one.Foreign + other.Foreign,
        Elsewhere = one.Elsewhere + other.Elsewhere,
    };

    public override string ToString() =>
        $"{Sent:N0} sent, {Acknowledged:N0} acknowledged, {Refused:N0} refused, {Received:N0} received, {Again:N0} again, {Fetched:N0} fetched after resync, {Elsewhere:N0} from elsewhere; "
        + $"{Lost:N0} lost, {Missed:N0} missed, {NotStored:N0} missing in the store, {Repeated:N0} repeated, {Misordered:N0} misordered, {StoredTwice:N0} stored twice, {Changed:N0} changed, {Misnumbered:N0} misnumbered, "
        + $"{Misdelivered:N0} misdelivered, {Foreign:N0} sent by nobody";
}
