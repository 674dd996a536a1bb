using System.Collections.Concurrent;

namespace IntraMessenger.Load.Ledgers;

/// <summary>
/// Responsible for the account of a run: every message sent, acknowledged and received, by whom and in which order. It judges what the public
/// contract promises, so that a run which loses, repeats or misorders anything is a failure, however fast it was. Safe for any thread.
/// </summary>
public sealed class Ledger(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, ConversationLog> _conversations = new();
    private readonly ConcurrentDictionary<long, SenderLog> _senders = new();
    private readonly ConcurrentDictionary<long, ConversationLog[]> _ofAccount = new();
    private readonly ConcurrentBag<ReceiverLog> _receivers = [];
    private readonly ConcurrentBag<Durations> _apart = [];
    private long _measuringSince = long.MaxValue;
    private long _sent, _acknowledged, _refused, _received, _again, _fetched, _missed, _repeated, _misordered, _storedTwice, _changed, _misnumbered, _misdelivered, _foreign, _elsewhere, _notStored;

    /// <summary>From the send to the event at another member.</summary>
    public Latency Delivery { get; } = new();

    /// <summary>From the send to the event at the last member, the sender included.</summary>
    public Latency LastMember { get; } = new();

    /// <summary>From the send to the answer.</summary>
    public Latency Answer { get; } = new();

    public long SentCount => Volatile.Read(ref _sent);

    public long AcknowledgedCount => Volatile.Read(ref _acknowledged);

    /// <summary>Messages that came to somebody for the first time: one message to 100 people counts 100 times.</summary>
    public long ReceivedCount => Volatile.Read(ref _received);

    /// <summary>Messages that came to somebody a second time where the contract allows it.</summary>
    public long AgainCount => Volatile.Read(ref _again);

    internal TimeProvider Time => time;

    /// <summary>A conversation that only the run writes to, with the greatest number that it has now and everybody who is in it, to the end of the run.</summary>
    public ConversationLog Open(long conversationId, long lastSeq, IReadOnlyCollection<long> members)
    {
        var conversation = new ConversationLog(conversationId, lastSeq, members);
        if (!_conversations.TryAdd(conversationId, conversation)) throw new ArgumentException($"Conversation {conversationId} is in the ledger already.");
        foreach (var member in members) _ofAccount.AddOrUpdate(member, [conversation], (_, others) => [.. others, conversation]);
        return conversation;
    }

    public ConversationLog? FindConversation(long id) => _conversations.GetValueOrDefault(id);

    public IEnumerable<ConversationLog> Conversations => _conversations.Values;

    public IReadOnlyList<ConversationLog> ConversationsOf(long accountId) => _ofAccount.GetValueOrDefault(accountId) ?? [];

    public SenderLog Sender(long accountId) => _senders.GetOrAdd(accountId, id => new SenderLog(this, id));

    /// <summary>One for each client that receives; a person with two has two. It is held to have everything of its conversations.</summary>
    public ReceiverLog Receiver(long accountId)
    {
        var receiver = new ReceiverLog(this, accountId);
        _receivers.Add(receiver);
        return receiver;
    }

    /// <summary>Of what these people send, the durations apart as well.</summary>
    public Durations Apart(IEnumerable<long> accountIds)
    {
        var durations = new Durations();
        _apart.Add(durations);
        foreach (var id in accountIds) Sender(id).Apart = durations;
        return durations;
    }

    /// <summary>Durations count from now on, of what is sent from now on; what was measured before is forgotten.</summary>
    public void StartMeasuring()
    {
        Delivery.Reset();
        LastMember.Reset();
        Answer.Reset();
        foreach (var durations in _apart) durations.Reset();
        Volatile.Write(ref _measuringSince, time.GetTimestamp());
    }

    /// <summary>Durations do not count any more.</summary>
    public void StopMeasuring() => Volatile.Write(ref _measuringSince, long.MaxValue);

    /// <summary>How far each conversation is acknowledged at this moment.</summary>
    public IReadOnlyDictionary<ConversationLog, long> AcknowledgedUpTo() => _conversations.Values.ToDictionary(conversation => conversation, conversation => conversation.LastAcknowledged);

    /// <summary>The clients that have not got everything up to there.</summary>
    public IReadOnlyList<ReceiverLog> Behind(IReadOnlyDictionary<ConversationLog, long> upTo) => [.. _receivers.Where(receiver => receiver.IsBehind(upTo))];

    /// <summary>Whether every client has all that was acknowledged.</summary>
    public bool IsComplete => _receivers.All(receiver => receiver.CountMissing() == 0);

    /// <summary>What a server of the store has at the end of a conversation, in order: each number once, from the first of the run to its last one, with the message that was sent.</summary>
    public void CompareStored(ConversationLog conversation, long lastSeq, IEnumerable<(long Seq, MessageKey Key)> rows)
    {
        var (next, wrong) = (conversation.Before + 1, 0L);
        foreach (var (seq, key) in rows)
        {
            wrong += seq - next;
            next = seq + 1;
            if (seq > lastSeq || !conversation.Put(seq, key)) wrong++;
            else if (key == MessageKey.Foreign) CountForeign();
            else if (FindSender(key.Sender)?.Seen(key, seq) is null) CountChanged();
        }

        wrong += Math.Max(lastSeq, conversation.LastAcknowledged) + 1 - next;
        Interlocked.Add(ref _notStored, wrong);
    }

    /// <summary>As it is now; lost is what nobody can have been waiting for any more, so ask at the end.</summary>
    public LedgerReport Report() => new()
    {
        Sent = SentCount,
        Acknowledged = AcknowledgedCount,
        Refused = Volatile.Read(ref _refused),
        Received = ReceivedCount,
        Again = AgainCount,
        Fetched = Volatile.Read(ref _fetched),
        Missed = Volatile.Read(ref _missed),
        Lost = _receivers.Sum(receiver => receiver.CountMissing()),
        NotStored = Volatile.Read(ref _notStored),
        Repeated = Volatile.Read(ref _repeated),
        Misordered = Volatile.Read(ref _misordered),
        StoredTwice = Volatile.Read(ref _storedTwice),
        Changed = Volatile.Read(ref _changed),
        Misnumbered = Volatile.Read(ref _misnumbered),
        Misdelivered = Volatile.Read(ref _misdelivered),
        Foreign = Volatile.Read(ref _foreign),
        Elsewhere = Volatile.Read(ref _elsewhere),
    };

    internal SenderLog? FindSender(long accountId) => _senders.GetValueOrDefault(accountId);

    internal void Delivered(SenderLog sender, ConversationLog conversation, long seq, long sentAt, bool toOther)
    {
        var isLast = conversation.CountReceiver(seq) == conversation.Members.Count;
        if (sentAt < Volatile.Read(ref _measuringSince)) return;
        var took = time.GetElapsedTime(sentAt);
        if (toOther) Delivery.Record(took);
        if (toOther) sender.Apart?.Delivery.Record(took);
        if (isLast) LastMember.Record(took);
    }

    internal void CountSent() => Interlocked.Increment(ref _sent);

    internal void CountAcknowledged(SenderLog sender, long sentAt)
    {
        Interlocked.Increment(ref _acknowledged);
        if (sentAt < Volatile.Read(ref _measuringSince)) return;
        var took = time.GetElapsedTime(sentAt);
        Answer.Record(took);
        sender.Apart?.Answer.Record(took);
    }

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountReceived(Way way)
    {
        Interlocked.Increment(ref _received);
        if (way == Way.Fetch) Interlocked.Increment(ref _fetched);
        if (way == Way.Missed) Interlocked.Increment(ref _missed);
    }

    internal void CountAgain() => Interlocked.Increment(ref _again);

    internal void CountRepeated() => Interlocked.Increment(ref _repeated);

    internal void CountMisordered() => Interlocked.Increment(ref _misordered);

    internal void CountStoredTwice() => Interlocked.Increment(ref _storedTwice);

    internal void CountChanged() => Interlocked.Increment(ref _changed);

    internal void CountMisnumbered() => Interlocked.Increment(ref _misnumbered);

    internal void CountMisdelivered() => Interlocked.Increment(ref _misdelivered);

    internal void CountForeign() => Interlocked.Increment(ref _foreign);

    internal void CountElsewhere() => Interlocked.Increment(ref _elsewhere);
}
