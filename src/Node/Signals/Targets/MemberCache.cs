namespace IntraMessenger.Node.Signals.Targets;

/// <summary>
/// Responsible for remembering the members of conversations for a while: bounded by how many ids there are in all, and by time, because
/// the signal that tells of a new member may have been lost.
/// </summary>
internal sealed class MemberCache(TimeProvider time, int mostIds = 200_000)
{
    private static readonly TimeSpan Generation = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Dictionary<long, long[]> _new = [];
    private Dictionary<long, long[]> _old = [];
    private int _ids;
    private long _turnedAt = time.GetTimestamp();
    private long _forgotten;

    /// <summary>Give it back with what is read from now on: what was forgotten meanwhile is not remembered again.</summary>
    public long Version
    {
        get
        {
            lock (_lock) return _forgotten;
        }
    }

    public long[]? Find(long conversationId)
    {
        lock (_lock) return _new.GetValueOrDefault(conversationId) ?? _old.GetValueOrDefault(conversationId);
    }

    public void Remember(long conversationId, long[] members, long version)
    {
        lock (_lock)
        {
            if (version != _forgotten) return;
            if (_ids + members.Length > mostIds / 2 || time.GetElapsedTime(_turnedAt) > Generation) Turn();
            if (_new.TryAdd(conversationId, members)) _ids += members.Length + 1;
        }
    }

    public void Forget(long conversationId)
    {
        lock (_lock)
        {
            _forgotten++;
            _new.Remove(conversationId);
            _old.Remove(conversationId);
        }
    }

    private void Turn()
    {
        (_old, _new, _ids, _turnedAt) = (_new, [], 0, time.GetTimestamp());
    }
}
