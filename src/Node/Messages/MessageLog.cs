using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>
/// Responsible for committing messages in groups. One that comes alone goes at once; what comes while a batch is on its way goes together
/// in the next. What another node is writing to at that moment is tried again with the next batch; what stays locked waits apart, so
/// that it holds up nothing else.
/// </summary>
internal sealed partial class MessageLog(
    MessageLogStore log, WritingRights rights, Store store, ChangeBus bus, MessageMetrics metrics, TimeProvider time, ILogger<MessageLog> logger)
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

    /// <summary>Nobody waits longer for their turn: what was not given to the store can still be refused.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    /// <summary>Other nodes' batches take a few milliseconds each: what is found locked for so long is held by something else.</summary>
    private static readonly TimeSpan LongestLocked = TimeSpan.FromMilliseconds(300);

    private static readonly Refusal Busy = Refusal.Busy("The message store does not keep up at the moment. Repeat the same request soon: it is not done twice.");

    private static readonly Refusal ClientIdReused = new(409, "client-id-reused", "Client id reused",
        "You have sent another text with this clientId in this conversation. Make a new UUID for every new message.");

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
        lock (_lock)
        {
            var isApart = _apart.TryGetValue(send.ConversationId, out var queue);
            queue ??= _waiting;
            // What waits for a batch of its own conversation says nothing of the store.
            var oldest = isApart ? queue.FirstOrDefault() : queue.FirstOrDefault(waiting => !_written.Contains(waiting.ConversationId));
            if (queue.Count >= MostWaiting || oldest is not null && time.GetElapsedTime(oldest.Since) > LongestQueue)
            {
                metrics.Busy();
                return Task.FromResult<SendResult>(Busy);
            }

            queue.Enqueue(send);
            if (!isApart) StartIfDue();
        }

        return send.Done;
    }

    // Holds the lock.
    private void StartIfDue()
    {
        RefuseLate(_waiting);
        while (_waiting.Count > 0 && (_underWay == 0 || _underWay < MostUnderWay && time.GetElapsedTime(_startedAt) >= UsualCommit))
        {
            var batch = Take(_waiting);
            if (batch.Count == 0) break;
            _underWay++;
            _startedAt = time.GetTimestamp();
            _ = Task.Run(() => WriteAsync(batch));
        }

        if (_waiting.Count > 0 && !_isWatched)
        {
            _isWatched = true;
            _ = WatchAsync();
        }
    }

    private void RefuseLate(Queue<PendingSend> waiting)
    {
        while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > LongestWait)
        {
            metrics.Busy();
            waiting.Dequeue().Complete(Busy);
        }
    }

    // Starts what waits behind a slow batch, although nothing new comes.
    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(UsualCommit, time);
            lock (_lock)
            {
                StartIfDue();
                if (_waiting.Count > 0) continue;
                _isWatched = false;
                return;
            }
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

    private async Task WriteAsync(List<PendingSend> batch)
    {
        var locked = await TryCommitAsync(batch, patient: false);
        if (locked.Count == batch.Count) await Task.Delay(Jitter.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3)), time);
        lock (_lock)
        {
            _underWay--;
            foreach (var send in batch) _written.Remove(send.ConversationId);
            if (locked.Count > 0) TryAgain(locked);
            StartIfDue();
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
            send.Complete(Busy);
        }
    }

    private async Task WriteApartAsync(long conversationId)
    {
        while (true)
        {
            List<PendingSend> batch;
            lock (_lock)
            {
                _written.Remove(conversationId);
                RefuseLate(_apart[conversationId]);
                batch = Take(_apart[conversationId]);
                if (batch.Count == 0)
                {
                    _apart.Remove(conversationId);
                    StartIfDue();
                    return;
                }
            }

            await TryCommitAsync(batch, patient: true);
        }
    }

    /// <summary>The sends that were passed over, because another transaction has their conversation locked. All others are answered.</summary>
    private async Task<List<PendingSend>> TryCommitAsync(List<PendingSend> batch, bool patient)
    {
        try
        {
            return await CommitAsync(batch, patient);
        }
        catch (StoreUnavailableException e) when (!e.IsConflict)
        {
            foreach (var send in batch) send.Fail(e);
        }
        catch (Exception e) when (batch.Count == 1)
        {
            batch[0].Fail(e);
        }
        catch (Exception e)
        {
            metrics.Split();
            Log.Split(logger, batch.Count, e);
            await OneByOneAsync(batch);
        }

        return [];
    }

    // One of them stands in the way of all: the others do not suffer for it.
    private async Task OneByOneAsync(List<PendingSend> batch)
    {
        foreach (var send in batch)
        {
            if (time.GetElapsedTime(send.Since) > LongestWait) send.Complete(Busy);
            else await TryCommitAsync([send], patient: true);
        }
    }

    private async Task<List<PendingSend>> CommitAsync(List<PendingSend> batch, bool patient)
    {
        var (results, written) = await store.TransactAsync(async transaction =>
        {
            var open = await log.OpenAsync(transaction, batch, patient);
            var results = await JudgeAsync(transaction, batch, open, patient);
            var written = Number(batch, results, open);
            if (written.Count == 0) transaction.Abandon();
            else await log.AppendAsync(transaction, written, open.Now);
            return (results, written);
        });

        if (written.Count > 0) metrics.Committed(written.Count);
        bus.Publish(written.Select(ToChange));
        foreach (var message in written) metrics.Accepted(message.Send.Since);
        var locked = new List<PendingSend>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i] is { } result) batch[i].Complete(result);
            else locked.Add(batch[i]);
        }

        return locked;
    }

    // A result for each that gets no new number, null for who does, or whose conversation is locked.
    private async Task<SendResult?[]> JudgeAsync(StoreTransaction transaction, List<PendingSend> batch, OpenBatch open, bool patient)
    {
        var results = new SendResult?[batch.Count];
        var judged = new List<int>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (open.SignedOut.Contains(i)) results[i] = Refusal.NoSession;
            else if (open.Earlier.TryGetValue(i, out var earlier) && earlier.IsOf(batch[i])) results[i] = new SendResult(earlier.Seq, earlier.SentAt, IsNew: false, IsDirect: false);
            else if (open.Conversations.ContainsKey(batch[i].ConversationId)) judged.Add(i);
            else if (patient) results[i] = Refusal.NotFound;
        }

        if (judged.Count == 0) return results;
        var whyNot = await rights.WhyNotAsync(transaction, judged.ConvertAll(i => (batch[i].ConversationId, batch[i].SenderId)), id => open.Conversations[id].RightsVersion);
        for (var j = 0; j < judged.Count; j++)
        {
            if (whyNot[j] is { } refusal) results[judged[j]] = refusal;
            else if (open.Earlier.ContainsKey(judged[j])) results[judged[j]] = ClientIdReused;
        }

        return results;
    }

    // The numbers, in the order in which the sends came. The same clientId twice in one batch is a repeat like any other.
    private static List<NumberedSend> Number(List<PendingSend> batch, SendResult?[] results, OpenBatch open)
    {
        var written = new List<NumberedSend>(batch.Count);
        var ids = new Dictionary<(long Conversation, long Sender, Guid ClientId), NumberedSend>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var send = batch[i];
            if (results[i] is not null || !open.Conversations.TryGetValue(send.ConversationId, out var conversation)) continue;
            var key = (send.ConversationId, send.SenderId, new Guid(send.ClientId));
            if (ids.TryGetValue(key, out var first))
            {
                results[i] = first.Send.Text == send.Text ? new SendResult(first.Seq, first.SentAt, IsNew: false, IsDirect: false) : ClientIdReused;
                continue;
            }

            conversation.Next(open.Now);
            var numbered = new NumberedSend(send, conversation, conversation.LastSeq, conversation.ChangedAt);
            ids.Add(key, numbered);
            written.Add(numbered);
            results[i] = new SendResult(numbered.Seq, numbered.SentAt, IsNew: true, conversation.Pair is not null);
        }

        return written;
    }

    private static Change ToChange(NumberedSend message) => new(0, ChangeKind.Message, message.Send.SenderId, 0, message.Conversation.Id, message.Seq)
    {
        Trace = message.Send.Trace,
        Members = message.Conversation.Pair,
        Message = new MessageCopy(MessageKind.Text, message.Send.Text, message.SentAt),
    };

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "A batch of {Count} messages failed and is tried again one by one")]
        public static partial void Split(ILogger logger, int count, Exception e);
    }
}
