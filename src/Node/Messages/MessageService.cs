using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>Responsible for messages: numbered without gaps, answered after the commit, repeatable.</summary>
internal sealed class MessageService(
    MessageStore messages, ConversationService conversations, ConversationStore members, WritingService writing, ChangeStore changes, ChangeBus bus, Store store,
    MessageLog log, WritingRights rights, MessageSpans spans)
{
    private static readonly Refusal TooLate = new(403, "too-late", "Too late", "The time in which a message may be changed or removed is over.");

    private static readonly Refusal NotYours = new(403, "not-yours", "Not yours", "Only who sent a message may change or remove it.");

    /// <summary>The number it got, and whether it is new: repeating a send stores nothing and answers the same.</summary>
    public async Task<Answer<(SendAnswer Answer, bool IsNew)>> SendAsync(CurrentSession session, string conversationId, SendRequest request)
    {
        var me = session.AccountId;
        var checks = new Checks().Text(request.Text, "text", session.Options.Messages.MaxLength).Require(request.ClientId != Guid.Empty, "clientId", "must be a UUID that you make anew for every message.");
        if (checks.Refusal is { } invalid) return invalid;
        if (Ids.Read(conversationId) is not { } id || !await rights.IsMemberAsync(id, me)) return Refusal.NotFound;

        using var span = spans.Commit();
        var sent = await log.AppendAsync(new PendingSend(id, me, session.Id, request.ClientId, request.Text, span?.Id, session.ArrivedAt));
        span.Committed(sent);
        return sent.Refusal is { } refusal ? refusal : (new SendAnswer(id.ToString(), sent.Seq, sent.SentAt), sent.IsNew);
    }

    public async Task<Answer<ListAnswer<MessageView>>> ListAsync(long me, string conversationId, long? after, long? before, int limit)
    {
        var checks = new Checks().Require(after is null or >= 0, "after", "must be 0 or a seq.").Require(before is null or >= 1, "before", "must be a seq.")
            .Require(after is null || before is null, "before", "give either after or before.");
        if (checks.Refusal is { } invalid) return invalid;
        if (await conversations.FindAsync(me, conversationId) is not { } conversation) return Refusal.NotFound;

        if (after is not null)
        {
            var found = await messages.AfterAsync(conversation.Id, Math.Max(after.Value, conversation.FirstSeq - 1), limit + 1);
            return ListAnswer<MessageView>.Of([.. found.Select(message => message.ViewFor(me))], limit, message => message.Seq.ToString());
        }

        var earlier = await messages.BeforeAsync(conversation.Id, conversation.FirstSeq, before ?? long.MaxValue, limit);
        return new ListAnswer<MessageView>([.. earlier.Select(message => message.ViewFor(me))], null);
    }

    public async Task<Answer<MessageView>> EditAsync(CurrentSession session, string conversationId, long seq, EditRequest request)
    {
        var me = session.AccountId;
        if (new Checks().Text(request.Text, "text", session.Options.Messages.MaxLength).Refusal is { } invalid) return invalid;
        var (conversation, message, refusal) = await FindMineAsync(me, conversationId, seq);
        if (refusal is not null) return refusal;
        if (message!.Kind != MessageKind.Text) return Refusal.NotFound;
        if (await WhyNotAsync(me, conversation!) is { Code: not "recipient-offline" } whyNot) return whyNot;

        var done = await ChangeAsync(message, session.Options.Messages.EditSeconds, transaction => messages.EditAsync(transaction, message.ConversationId, seq, request.Text));
        return done ?? (Answer<MessageView>)(await messages.FindAsync(message.ConversationId, seq))!.ViewFor(me);
    }

    /// <summary>Repeatable: what is removed stays removed.</summary>
    public async Task<Answer<bool>> RemoveAsync(CurrentSession session, string conversationId, long seq)
    {
        var (_, message, refusal) = await FindMineAsync(session.AccountId, conversationId, seq);
        if (refusal is not null) return refusal;
        if (message!.Kind == MessageKind.Removed) return true;
        return await ChangeAsync(message, session.Options.Messages.RemoveSeconds, transaction => messages.RemoveAsync(transaction, message.ConversationId, seq)) is { } tooLate
            ? tooLate
            : true;
    }

    /// <summary>Removes everything that this person wrote; the numbers stay.</summary>
    public async Task EraseAsync(long accountId, long conversationId)
    {
        while (await messages.OfAsync(conversationId, accountId, 0, 200) is { Count: > 0 } found)
        {
            foreach (var message in found)
                await ChangeAsync(message, seconds: 0, transaction => messages.RemoveAsync(transaction, conversationId, message.Seq));
        }
    }

    private async Task<Refusal?> ChangeAsync(StoredMessage message, int seconds, Func<StoreTransaction, Task<bool>> change)
    {
        var (isYoung, journaled) = await store.TransactAsync<(bool, Change?)>(async transaction =>
        {
            if (!await messages.IsYoungAsync(transaction, message.ConversationId, message.Seq, seconds)) return (false, null);
            if (!await change(transaction)) return (true, null);
            return (true, await changes.AppendAsync(transaction, new Change(0, ChangeKind.MessageChanged, message.SenderId, 0, message.ConversationId, message.Seq)));
        });
        if (!isYoung) return TooLate;
        if (journaled is not null) bus.Publish(journaled);
        return null;
    }

    private async Task<(StoredConversation? Conversation, StoredMessage? Message, Refusal? Refusal)> FindMineAsync(long me, string conversationId, long seq)
    {
        if (await conversations.FindAsync(me, conversationId) is not { } conversation || seq < conversation.FirstSeq) return (null, null, Refusal.NotFound);
        if (await messages.FindAsync(conversation.Id, seq) is not { Kind: not (MessageKind.Joined or MessageKind.Left) } message) return (null, null, Refusal.NotFound);
        return message.SenderId == me ? (conversation, message, null) : (null, null, NotYours);
    }

    // Members of a conference need not be contacts of each other, and something may always be left for them there.
    private async Task<Refusal?> WhyNotAsync(long me, StoredConversation conversation)
    {
        if (conversation.Kind != ConversationKind.Direct) return null;
        var others = (await members.MemberIdsAsync([conversation.Id]))[conversation.Id].Where(member => member != me);
        foreach (var them in others)
        {
            if (await writing.WhyNotNowAsync(me, them) is { } refusal) return refusal;
        }

        return null;
    }
}
