namespace IntraMessenger.Node.Leases;

/// <summary>
/// Responsible for telling the store's time without asking it, for measurements only: nothing is decided by it. The clocks of node and
/// store may differ by minutes; what was heard at the last renewal of the lease goes on by the node's monotonic clock.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    private sealed record Reading(DateTime StoreTime, long At);

    private volatile Reading? _last;

    /// <summary>What the store answered to a question that was sent at <paramref name="askedAt"/> (monotonic): its time half-way in between.</summary>
    public void Heard(DateTime storeTime, long askedAt) => _last = new Reading(storeTime, askedAt + (time.GetTimestamp() - askedAt) / 2);

    /// <summary>Null before the store was heard.</summary>
    public DateTime? Now => _last is { } last ? last.StoreTime + time.GetElapsedTime(last.At) : null;
}
