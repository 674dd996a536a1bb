using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Leases;

/// <summary>
/// Responsible for whether this node may serve. The store's clock decides who lives; the node's own monotonic clock only stops it in
/// time, counted from when it sent its last successful renewal (docs/adr/0002-leases-and-the-stores-clock.md).
/// </summary>
internal sealed class NodeLease(TimeProvider time) : ICommitGuard, IReadiness
{
    /// <summary>How long a life lasts without renewal. The views of the schema use the same 15 s.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private sealed record Life(long Id, long RenewalSentAt);

    private volatile Life? _life;
    private volatile TaskCompletionSource _nextLife = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The incarnation in the store; null before the first one.</summary>
    public long? LifeId => _life?.Id;

    public bool IsServing => _life is { } life && time.GetElapsedTime(life.RenewalSentAt) < Duration;

    /// <summary>Completes when another life begins.</summary>
    public Task NextLife => _nextLife.Task;

    public string? Problem { get; set; } = "No lease yet.";

    public string? NotReadyBecause => IsServing ? null : $"This node has no lease in the store. {Problem ?? "The last renewal is too long ago."}";

    public object Facts => new { lease = new { life = LifeId, problem = Problem } };

    /// <summary>The life to write into the store. Throws <see cref="StoreUnavailableException"/> while there is none.</summary>
    public long RequiredLifeId
    {
        get
        {
            ThrowIfClosed();
            return _life!.Id;
        }
    }

    public void ThrowIfClosed()
    {
        if (!IsServing) throw new StoreUnavailableException("The lease of this node has run out.");
    }

    internal void Renewed(long lifeId, long sentAt)
    {
        var isNew = _life?.Id != lifeId;
        _life = new Life(lifeId, sentAt);
        Problem = null;
        if (isNew) Interlocked.Exchange(ref _nextLife, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    internal void Ended() => _life = null;
}
