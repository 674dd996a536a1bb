namespace IntraMessenger.Load.Ledgers;

/// <summary>Responsible for what one person sent: when, and which number each message got.</summary>
public sealed class SenderLog
{
    private readonly Ledger _ledger;
    private readonly List<Sent> _sent = [];

    internal SenderLog(Ledger ledger, long accountId) => (_ledger, AccountId) = (ledger, accountId);

    public long AccountId { get; }

    /// <summary>Where the durations of what this person sends are kept besides; null for nowhere.</summary>
    internal Durations? Apart { get; set; }

    /// <summary>A new message is on its way from now on.</summary>
    public MessageKey Begin(ConversationLog conversation)
    {
        lock (_sent)
        {
            _sent.Add(new Sent(conversation, _ledger.Time.GetTimestamp(), 0, false));
            _ledger.CountSent();
            return new MessageKey(AccountId, _sent.Count - 1);
        }
    }

    /// <summary>The server has answered 201 or 200 with this number.</summary>
    public void Acknowledged(MessageKey key, long seq)
    {
        ConversationLog conversation;
        long at;
        lock (_sent)
        {
            var sent = _sent[key.Counter];
            (conversation, at) = (sent.Conversation, sent.At);
            if (sent.IsAcknowledged) throw new InvalidOperationException($"{key} was acknowledged before.");
            if (seq <= conversation.Before) _ledger.CountMisnumbered();
            Place(key, seq);
            // One after the other in one conversation: a later one must not get an earlier number.
            if (LastBefore(key.Counter, conversation) is { IsAcknowledged: true } last && last.Seq >= seq) _ledger.CountMisnumbered();
            _sent[key.Counter] = _sent[key.Counter] with { IsAcknowledged = true };
        }

        if (!conversation.Put(seq, key)) _ledger.CountChanged();
        conversation.Acknowledged(seq);
        _ledger.CountAcknowledged(this, at);
    }

    /// <summary>The server has refused it for good: it must not turn up.</summary>
    public void Refused(MessageKey key)
    {
        lock (_sent) _sent[key.Counter] = _sent[key.Counter] with { Seq = -1 };
        _ledger.CountRefused();
    }

    /// <summary>Somebody has seen it: when it was sent, or null where this person never did, or the number is not the one it has.</summary>
    internal long? Seen(MessageKey key, long seq)
    {
        lock (_sent)
        {
            if (key.Counter >= _sent.Count) return null;
            if (!Place(key, seq)) return null;
            return _sent[key.Counter].At;
        }
    }

    // A message has one number for ever: a second one means that it was stored twice.
    private bool Place(MessageKey key, long seq)
    {
        var sent = _sent[key.Counter];
        if (sent.Seq == 0) _sent[key.Counter] = sent with { Seq = seq };
        else if (sent.Seq != seq)
        {
            _ledger.CountStoredTwice();
            return false;
        }

        return true;
    }

    private Sent? LastBefore(int counter, ConversationLog conversation)
    {
        if (counter == 0) return null;
        var last = _sent[counter - 1];
        return last.Conversation == conversation ? last : null;
    }

    private readonly record struct Sent(ConversationLog Conversation, long At, long Seq, bool IsAcknowledged);
}
