namespace IntraMessenger.Load.Ledgers;

/// <summary>
/// Responsible for what one client received, conversation by conversation. On one connection the numbers go up one by one. Only a connection
/// to another life of a node may begin with what the client has already; and only there it may skip what the client fetched.
/// </summary>
public sealed class ReceiverLog
{
    private readonly Ledger _ledger;
    private readonly Dictionary<long, Tail> _tails = [];
    private int _connection;
    private bool _mayRepeat;

    internal ReceiverLog(Ledger ledger, long accountId) => (_ledger, AccountId) = (ledger, accountId);

    public long AccountId { get; }

    /// <summary>The events come from another life of a node from now on. A connection that goes on with the same one is the same to the ledger.</summary>
    /// <param name="mayRepeat">There was one before it: the cursor tells the new one no more than the time.</param>
    public void Connected(bool mayRepeat)
    {
        lock (_tails)
        {
            _connection++;
            _mayRepeat = mayRepeat;
        }
    }

    /// <summary>A message came as an event.</summary>
    public void Received(long conversationId, long seq, MessageKey key) => Take(conversationId, seq, key, Way.Event);

    /// <summary>A message was fetched, as a client does after <c>resync</c>.</summary>
    public void Fetched(long conversationId, long seq, MessageKey key) => Take(conversationId, seq, key, Way.Fetch);

    /// <summary>A message was fetched at the end, although no <c>resync</c> had said that something is missing.</summary>
    public void Missed(long conversationId, long seq, MessageKey key) => Take(conversationId, seq, key, Way.Missed);

    /// <summary>Where this client has everything up to in a conversation.</summary>
    public long HasAllUpTo(long conversationId)
    {
        lock (_tails) return Find(conversationId) is { } tail ? tail.Next - 1 : 0;
    }

    /// <summary>The conversations of which messages were acknowledged that this client has not got.</summary>
    public IReadOnlyList<ConversationLog> Incomplete()
    {
        lock (_tails) return [.. _ledger.ConversationsOf(AccountId).Where(conversation => Find(conversation.Id)!.Next <= conversation.LastAcknowledged)];
    }

    internal bool IsBehind(IReadOnlyDictionary<ConversationLog, long> upTo)
    {
        lock (_tails) return _ledger.ConversationsOf(AccountId).Any(conversation => Find(conversation.Id)!.Next <= upTo[conversation]);
    }

    internal long CountMissing()
    {
        lock (_tails)
        {
            return _ledger.ConversationsOf(AccountId).Sum(conversation =>
            {
                var tail = Find(conversation.Id)!;
                return Math.Max(0, conversation.LastAcknowledged - tail.Next + 1 - tail.Beyond.Count(seq => seq <= conversation.LastAcknowledged));
            });
        }
    }

    private void Take(long conversationId, long seq, MessageKey key, Way way)
    {
        ConversationLog conversation;
        bool isNew;
        lock (_tails)
        {
            if (Find(conversationId) is not { } tail)
            {
                _ledger.CountElsewhere();
                return;
            }

            if (!tail.IsOfMember)
            {
                _ledger.CountMisdelivered();
                return;
            }

            conversation = tail.Conversation;
            if (way == Way.Event) Judge(tail, seq);
            isNew = tail.Take(seq);
        }

        if (isNew) Check(conversation, seq, key, way);
        else if (!conversation.Put(seq, key)) _ledger.CountChanged();
    }

    private void Judge(Tail tail, long seq)
    {
        var isFirst = tail.Connection != _connection;
        if (tail.Has(seq))
        {
            // From the start of a connection on, in order, and never twice on the same one.
            var isAllowed = _mayRepeat && (isFirst || seq > tail.Last);
            if (isAllowed) _ledger.CountAgain();
            else _ledger.CountRepeated();
        }
        else if (seq > tail.Next && (isFirst || seq != tail.Last + 1))
        {
            _ledger.CountMisordered();
        }

        tail.Last = isFirst ? seq : Math.Max(seq, tail.Last);
        tail.Connection = _connection;
    }

    private void Check(ConversationLog conversation, long seq, MessageKey key, Way way)
    {
        _ledger.CountReceived(way);
        if (!conversation.Put(seq, key)) _ledger.CountChanged();
        if (key == MessageKey.Foreign) _ledger.CountForeign();
        else if (_ledger.FindSender(key.Sender) is { } sender && sender.Seen(key, seq) is { } sentAt) _ledger.Delivered(sender, conversation, seq, sentAt, toOther: key.Sender != AccountId);
        else _ledger.CountChanged();
    }

    private Tail? Find(long conversationId)
    {
        if (_tails.TryGetValue(conversationId, out var tail)) return tail;
        if (_ledger.FindConversation(conversationId) is not { } conversation) return null;
        return _tails[conversationId] = new Tail(conversation, conversation.Members.Contains(AccountId));
    }

    private sealed class Tail(ConversationLog conversation, bool isOfMember)
    {
        public ConversationLog Conversation => conversation;

        public bool IsOfMember => isOfMember;

        /// <summary>The first number that is missing.</summary>
        public long Next { get; private set; } = conversation.Before + 1;

        /// <summary>Came although one before it had not come.</summary>
        public SortedSet<long> Beyond { get; } = [];

        /// <summary>Of <see cref="Last"/>, the greatest number that came on it.</summary>
        public int Connection { get; set; } = -1;

        public long Last { get; set; }

        public bool Has(long seq) => seq < Next || Beyond.Contains(seq);

        /// <summary>False where it was there before.</summary>
        public bool Take(long seq)
        {
            if (seq != Next) return seq > Next && Beyond.Add(seq);
            Next++;
            while (Beyond.Count > 0 && Beyond.Remove(Next)) Next++;
            return true;
        }
    }
}

internal enum Way
{
    Event,
    Fetch,
    Missed,
}
