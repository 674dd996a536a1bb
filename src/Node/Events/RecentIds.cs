namespace IntraMessenger.Node.Events;

/// <summary>Responsible for remembering which journal entries were dealt with, for at least <paramref name="atLeast"/>.</summary>
internal sealed class RecentIds(TimeProvider time, TimeSpan atLeast)
{
    private HashSet<long> _new = [];
    private HashSet<long> _old = [];
    private long _turnedAt = time.GetTimestamp();

    /// <summary>True the first time.</summary>
    public bool Add(long id)
    {
        if (time.GetElapsedTime(_turnedAt) > atLeast)
        {
            (_old, _new) = (_new, []);
            _turnedAt = time.GetTimestamp();
        }

        return !_old.Contains(id) && _new.Add(id);
    }

    public bool Has(long id) => _old.Contains(id) || _new.Contains(id);

    public void Forget(IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            _new.Remove(id);
            _old.Remove(id);
        }
    }
}
