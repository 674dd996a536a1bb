using IntraMessenger.Node.Leases;

namespace IntraMessenger.Node.Signals.Targets;

/// <summary>
/// Responsible for which other nodes host whom: account to lives that hold a session of it. A hint only: who is told too much looks in
/// vain, and what is told too little the sweep finds.
/// </summary>
internal sealed class HostMap(NodeLease lease)
{
    private readonly Lock _lock = new();
    private Dictionary<long, long[]> _lives = [];
    private Dictionary<long, long[]> _alone = []; // most people are hosted once: they share one array a life
    private List<(long AccountId, long LifeId)>? _learnedMeanwhile;

    /// <summary>False before the store was read once: then nobody knows who hosts whom.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The lives that host this person, as far as known; not this node's own.</summary>
    public long[] LivesOf(long accountId)
    {
        lock (_lock) return _lives.GetValueOrDefault(accountId) ?? [];
    }

    /// <summary>A session of this person was attached to that life.</summary>
    public void Learn(long accountId, long lifeId)
    {
        if (lifeId == lease.LifeId) return;
        lock (_lock)
        {
            _learnedMeanwhile?.Add((accountId, lifeId));
            Add(_lives, accountId, lifeId);
        }
    }

    /// <summary>From now on until <see cref="Replace"/>, what is learned is kept in mind: the store may not say it yet.</summary>
    public void BeginReading()
    {
        lock (_lock) _learnedMeanwhile = [];
    }

    /// <summary>What the store said; what it no longer says is forgotten.</summary>
    public void Replace(IReadOnlyCollection<(long AccountId, long LifeId)> hosted)
    {
        lock (_lock)
        {
            _alone = [];
            var lives = new Dictionary<long, long[]>(hosted.Count);
            foreach (var (accountId, lifeId) in hosted) Add(lives, accountId, lifeId);
            foreach (var (accountId, lifeId) in _learnedMeanwhile ?? []) Add(lives, accountId, lifeId);
            (_lives, _learnedMeanwhile, IsKnown) = (lives, null, true);
        }
    }

    private void Add(Dictionary<long, long[]> lives, long accountId, long lifeId)
    {
        var known = lives.GetValueOrDefault(accountId) ?? [];
        if (known.Length == 0) lives[accountId] = Alone(lifeId);
        else if (Array.IndexOf(known, lifeId) < 0) lives[accountId] = [.. known, lifeId];
    }

    private long[] Alone(long lifeId)
    {
        if (!_alone.TryGetValue(lifeId, out var alone)) _alone.Add(lifeId, alone = [lifeId]);
        return alone;
    }
}
