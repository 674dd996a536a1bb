using System.Data.Common;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Contacts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conversations;

/// <summary>Responsible for conversations: which there are, who is in them, how far each has read.</summary>
internal sealed class ConversationService(
    ConversationStore conversations, WritingService writing, ChangeStore changes, ChangeBus bus, Store store)
{
    private const int MostFormerMembers = 1_000;

    public async Task<Answer<ListAnswer<ConversationView>>> ListAsync(long me, string? after, int limit)
    {
        var start = after is null ? 0 : Ids.Read(after);
        if (start is null) return Refusal.Invalid("after", "must be the 'next' of an earlier answer.");
        var views = await ViewAsync(await conversations.ListAsync(me, start.Value, limit + 1));
        return ListAnswer<ConversationView>.Of(views, limit, conversation => conversation.Id);
    }

    public async Task<Answer<ConversationView>> GetAsync(long me, string id)
    {
        if (Ids.Read(id) is not { } number) return Refusal.NotFound;
        var views = await ViewAsync(await conversations.FindManyAsync([me], [number]));
        return views.Count == 1 ? views[0] : Refusal.NotFound;
    }

    /// <summary>The conversation with one person, made if new.</summary>
    public async Task<Answer<ConversationView>> OpenDirectAsync(long me, string userId)
    {
        if (Ids.Read(userId) is not { } them || them == me) return ContactService.UserNotFound;
        if (await writing.WhyNotAsync(me, them) is { } refusal) return refusal;
        return await GetAsync(me, (await FindOrMakeAsync(Math.Min(me, them), Math.Max(me, them))).ToString());
    }

    public async Task<Answer<bool>> MarkReadAsync(long me, string id, long seq)
    {
        if (await FindAsync(me, id) is not { } conversation) return Refusal.NotFound;
        if (seq < 0 || seq > conversation.LastSeq) return Refusal.Invalid("seq", $"must be from 0 to {conversation.LastSeq}, the last message.");

        var change = await store.TransactAsync(transaction => conversations.MarkReadAsync(transaction, changes, conversation.Id, me, seq));
        if (change is not null) bus.Publish(change);
        return true;
    }

    /// <summary>Never stored: who does not hear it has missed nothing.</summary>
    public async Task<Answer<bool>> TypingAsync(long me, string id)
    {
        if (await FindAsync(me, id) is not { } conversation) return Refusal.NotFound;
        if (conversation.Kind == ConversationKind.Direct)
        {
            foreach (var them in (await conversations.MemberIdsAsync([conversation.Id]))[conversation.Id].Where(member => member != me))
            {
                if (await writing.WhyNotAsync(me, them) is { } refusal) return refusal;
            }
        }

        bus.Publish(new Change(0, ChangeKind.Typing, me, 0, conversation.Id));
        return true;
    }

    /// <summary>The conversation, if this person is in it.</summary>
    public async Task<StoredConversation?> FindAsync(long me, string id) =>
        Ids.Read(id) is { } number ? (await conversations.FindManyAsync([me], [number])).SingleOrDefault() : null;

    public async Task<IReadOnlyList<ConversationView>> ViewAsync(IReadOnlyList<StoredConversation> stored)
    {
        if (stored.Count == 0) return [];
        var members = (await conversations.MembersAsync([.. stored.Select(conversation => conversation.Id).Distinct()]))
            .ToDictionary(group => group.Key, group => group.Select(member => member.ToView()).ToArray()); // one list for all who have the conversation
        var conferences = stored.Where(conversation => conversation.Kind == ConversationKind.Conference).Select(conversation => conversation.Id).Distinct().ToArray();
        var former = conferences.Length > 0 ? await conversations.FormerMembersAsync(conferences) : null;
        return [.. stored.Select(conversation => new ConversationView(
            conversation.Id.ToString(), conversation.Kind, conversation.Title, conversation.CreatorId?.ToString(), members.GetValueOrDefault(conversation.Id, []),
            conversation.FirstSeq, conversation.LastSeq, conversation.ReadSeq, LastOf(conversation),
            former?[conversation.Id].TakeWhile(member => member.LeftSeq >= conversation.FirstSeq).Take(MostFormerMembers).Select(member => member.ToView()).ToArray() is { Length: > 0 } gone ? gone : null))];
    }

    private static MessageView? LastOf(StoredConversation conversation) => conversation is { LastKind: { } kind, LastSentAt: { } sentAt }
        ? new MessageView(conversation.LastSeq, kind, conversation.LastSenderId.ToString(), conversation.LastText, sentAt, null, conversation.LastEditedAt)
        : null;

    private async Task<long> FindOrMakeAsync(long low, long high)
    {
        try
        {
            var journal = new List<Change>();
            var made = await store.TransactAsync(async transaction =>
            {
                journal.Clear();
                if (await conversations.FindDirectAsync(transaction, low, high) is { } existing) return existing;
                var id = await conversations.InsertDirectAsync(transaction, low, high);
                journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Conversation, low, 0, id)));
                journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Conversation, high, 0, id)));
                return id;
            });
            bus.Publish(journal);
            return made;
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return await store.TransactAsync(async transaction => (await conversations.FindDirectAsync(transaction, low, high))!.Value);
        }
    }
}
