using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>
/// Responsible for what waits for its commit: who goes together, and when. One that comes alone goes at once; what comes while a batch is on its way goes together
/// in the next. What another node is writing to at that moment is tried again with the next batch; what stays locked waits apart, so
/// that it holds up nothing else.
/// </summary>
internal sealed class MessageLog(MessageCommit commit, MessageMetrics metrics, TimeProvider time)
{
    private const int MostWaiting = 10_000;
    private const int MostAtOnce = 500;
    private const int MostCharactersAtOnce = 500_000;
    private const int MostUnderWay = 4;
    private const int MostApart = 16;

    /// <summary>A batch takes this long only where the store is far or slow; then the next one does not wait for it.</summary>
    private static readonly TimeSpan UsualCommit = TimeSpan.FromMilliseconds(20);

    /// <summary>Where the oldest has waited this long, the store does not keep up and nobody is let in behind it.</summary>
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(2);

    /// <summary>Other nodes' batches take a few milliseconds each: what is found locked for so long is held by something else.</summary>
    private static readonly TimeSpan LongestLocked = TimeSpan.FromMilliseconds(300);

    private readonly Lock _lock = new();
    private Queue<PendingSend> _waiting = new();
    private readonly Dictionary<long, Queue<PendingSend>> _apart = [];
    private readonly HashSet<long> _written = [];
    private long _startedAt;
    private int _underWay;
    private bool _isWatched;

    /// <summary>Completes after the commit, or with a refusal. Throws <see cref="StoreUnavailableException"/> where the outcome may be unknown.</summary>
    public Task<SendResult> AppendAsync(PendingSend send)
    {
        List<PendingSend>? due;
        send.Since = time.GetTimestamp();
        lock (_lock)
        {
            var isApart = _apart.TryGetValue(send.ConversationId, out var queue);
            queue ??= _waiting;
            // What waits for a batch that writes to its own conversation tells nothing of the others.
            var isWritten = _written.Contains(send.ConversationId);
            var oldest = queue.FirstOrDefault(other => isApart || (isWritten ? other.ConversationId == send.ConversationId : !_written.Contains(other.ConversationId)));
            if (queue.Count >= MostWaiting || oldest is not null && time.GetElapsedTime(oldest.Since) > LongestQueue)
            {
                metrics.Busy();
                return Task.FromResult<SendResult>(MessageCommit.Busy);
            }

            queue.Enqueue(send);
            due = isApart ? null : TakeDue();
        }

        _ = WriteAsync(due);
        return send.Done;
    }

    // Holds the lock. Null where nothing is due.
    private List<PendingSend>? TakeDue()
    {
        RefuseLate(_waiting);
        List<PendingSend>? due = null;
        if (_waiting.Count > 0 && (_underWay == 0 || _underWay < MostUnderWay && time.GetElapsedTime(_startedAt) >= UsualCommit) && Take(_waiting) is { Count: > 0 } batch)
        {
            _underWay++;
            _startedAt = time.GetTimestamp();
            due = batch;
        }

        if (_waiting.Count > 0 && !_isWatched)
        {
            _isWatched = true;
            _ = WatchAsync();
        }

        return due;
    }

    private void RefuseLate(Queue<PendingSend> waiting)
    {
        while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > MessageCommit.LongestWait)
        {
            metrics.Busy();
            waiting.Dequeue().Complete(MessageCommit.Busy);
        }
    }

    // Starts what waits behind a slow batch, although nothing new comes.
    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(UsualCommit, time);
            List<PendingSend>? due;
            bool isOver;
            lock (_lock)
            {
                due = TakeDue();
                isOver = _waiting.Count == 0;
                _isWatched = !isOver;
            }

            _ = WriteAsync(due);
            if (isOver) return;
        }
    }

    // What goes to a conversation that another batch of ours is writing to would find it locked: it keeps its turn and waits for that.
    private List<PendingSend> Take(Queue<PendingSend> waiting)
    {
        var batch = new List<PendingSend>(Math.Min(waiting.Count, MostAtOnce));
        var characters = 0;
        for (var left = waiting.Count; left > 0; left--)
        {
            var send = waiting.Dequeue();
            if (batch.Count < MostAtOnce && characters < MostCharactersAtOnce && !_written.Contains(send.ConversationId))
            {
                batch.Add(send);
                characters += send.Text.Length;
            }
            else
            {
                waiting.Enqueue(send);
            }
        }

        foreach (var send in batch) _written.Add(send.ConversationId);
        return batch;
    }

    // And what is due after it. On the thread that brought it, which has nothing else to do, until the store is asked.
    private async Task WriteAsync(List<PendingSend>? batch)
    {
        while (batch is not null)
        {
            var locked = await commit.TryAsync(batch, patient: false);
            if (locked.Count == batch.Count) await Task.Delay(Jitter.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3)), time);
            else if (batch.Count > 1) await Task.Yield(); // first what was answered goes out: what comes meanwhile goes along, and the batches are larger
            lock (_lock)
            {
                _underWay--;
                foreach (var send in batch) _written.Remove(send.ConversationId);
                if (locked.Count > 0) TryAgain(locked);
                batch = TakeDue();
            }
        }
    }

    // Holds the lock. They keep their turn, before what came later.
    private void TryAgain(List<PendingSend> locked)
    {
        foreach (var send in locked) send.LockedSince ??= time.GetTimestamp();
        _waiting = new Queue<PendingSend>(locked.Concat(_waiting));
        var late = locked.Where(send => time.GetElapsedTime(send.LockedSince!.Value) > LongestLocked).Select(send => send.ConversationId).Distinct();
        foreach (var conversationId in late) SetApart(conversationId);
    }

    // Holds the lock. All that waits for this conversation, in its order; what comes meanwhile goes behind it.
    private void SetApart(long conversationId)
    {
        var sends = _waiting.ToLookup(send => send.ConversationId == conversationId);
        _waiting = new Queue<PendingSend>(sends[false]);
        if (_apart.Count < MostApart)
        {
            _apart.Add(conversationId, new Queue<PendingSend>(sends[true]));
            _ = Task.Run(() => WriteApartAsync(conversationId));
            return;
        }

        foreach (var send in sends[true])
        {
            metrics.Busy();
            send.Complete(MessageCommit.Busy);
        }
    }

    private async Task WriteApartAsync(long conversationId)
    {
        while (true)
        {
            List<PendingSend> batch;
            List<PendingSend>? due = null;
            lock (_lock)
            {
                _written.Remove(conversationId);
                RefuseLate(_apart[conversationId]);
                batch = Take(_apart[conversationId]);
                if (batch.Count == 0)
                {
                    _apart.Remove(conversationId);
                    due = TakeDue();
                }
            }

            if (batch.Count == 0)
            {
                await WriteAsync(due);
                return;
            }

            await commit.TryAsync(batch, patient: true);
        }
    }
}
