using System.Diagnostics.CodeAnalysis;

namespace IntraMessenger.Node.Events;

/// <summary>An event that waits for its client.</summary>
/// <param name="Time">Whatever was journaled before it, less the overlap, came before this event: where a client goes on that got this one last.</param>
/// <param name="IsLive">A message that came while its client was waiting for events: what it waited longer is ours.</param>
internal sealed record QueuedEvent(long Position, DateTime Time, HostedEvent Event, bool IsLive);

/// <summary>Responsible for events in the order of their positions, and how much they are. Its owner has the lock.</summary>
internal sealed class EventQueue
{
    private readonly Queue<QueuedEvent> _entries = new();

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    public int Messages { get; private set; }

    /// <summary>The position of the last that was added.</summary>
    public long Newest { get; private set; } = long.MinValue;

    public void Add(QueuedEvent entry)
    {
        _entries.Enqueue(entry);
        Newest = entry.Position;
        Bytes += entry.Event.Json.Length;
        if (entry.Event.IsMessage) Messages++;
    }

    /// <summary>Takes the first out where its position is not beyond <paramref name="upTo"/>.</summary>
    public bool TryTake(long upTo, [NotNullWhen(true)] out QueuedEvent? entry)
    {
        if (!_entries.TryPeek(out entry) || entry.Position > upTo) return false;
        _entries.Dequeue();
        Bytes -= entry.Event.Json.Length;
        if (entry.Event.IsMessage) Messages--;
        return true;
    }

    public IEnumerable<QueuedEvent> After(long position) => _entries.Where(entry => entry.Position > position);

    public void Clear()
    {
        _entries.Clear();
        (Bytes, Messages) = (0, 0);
    }
}
