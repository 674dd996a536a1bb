namespace IntraMessenger.Load.Ledgers;

/// <summary>Responsible for what stands under each number of one conversation since the run began, as whoever told it first said.</summary>
public sealed class ConversationLog
{
    private readonly List<Entry> _entries = [];

    internal ConversationLog(long id, long lastSeq, IReadOnlyCollection<long> members)
    {
        Id = id;
        Before = lastSeq;
        Members = members;
        LastAcknowledged = lastSeq;
    }

    public long Id { get; }

    /// <summary>The last number before the run.</summary>
    public long Before { get; }

    /// <summary>To the end of the run: nobody joins or leaves.</summary>
    public IReadOnlyCollection<long> Members { get; }

    /// <summary>The greatest number that a sender was answered.</summary>
    public long LastAcknowledged { get; private set; }

    internal void Acknowledged(long seq)
    {
        lock (_entries) LastAcknowledged = Math.Max(LastAcknowledged, seq);
    }

    /// <summary>False where another message stands under this number.</summary>
    internal bool Put(long seq, MessageKey key)
    {
        lock (_entries)
        {
            var index = (int)(seq - Before - 1);
            if (index < 0) return true; // of an earlier run: nothing is known of it
            while (_entries.Count <= index) _entries.Add(default);
            if (_entries[index].IsKnown) return _entries[index].Key == key;
            _entries[index] = _entries[index] with { Key = key, IsKnown = true };
            return true;
        }
    }

    /// <summary>One more has it: how many have.</summary>
    internal int CountReceiver(long seq)
    {
        lock (_entries)
        {
            var index = (int)(seq - Before - 1);
            if (index < 0 || index >= _entries.Count) return 0;
            _entries[index] = _entries[index] with { Receivers = _entries[index].Receivers + 1 };
            return _entries[index].Receivers;
        }
    }

    private readonly record struct Entry(MessageKey Key, bool IsKnown, int Receivers);
}
