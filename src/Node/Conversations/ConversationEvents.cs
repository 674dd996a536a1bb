using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Presence;

namespace IntraMessenger.Node.Conversations;

/// <summary>Responsible for telling people of a conversation that is new to them or that they left, who came and went, how far others have read, and that somebody types.</summary>
internal sealed class ConversationEvents(ConversationStore conversations, ConversationService service, PresenceService presence) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Conversation, ChangeKind.Read, ChangeKind.Typing];

    public async Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        var ofMembers = changes.Where(change => change.Kind == ChangeKind.Conversation).ToArray();
        await ReadOwnAsync([.. ofMembers.Where(change => batch.Wants(change.AccountId))], batch);
        await ReadOthersAsync([.. ofMembers.Where(change => change.Seq > 0)], batch);
        await ReadMarksAsync([.. changes.Where(change => change.Kind is ChangeKind.Read)], batch);
        await ReadTypingAsync([.. changes.Where(change => change.Kind is ChangeKind.Typing)], batch);
    }

    private async Task ReadOwnAsync(Change[] own, EventBatch batch)
    {
        if (own.Length == 0) return;
        var wanted = own.Select(change => (change.AccountId, change.ConversationId)).ToHashSet();
        var stored = (await conversations.FindManyAsync([.. wanted.Select(pair => pair.AccountId).Distinct()], [.. wanted.Select(pair => pair.ConversationId).Distinct()]))
            .Where(conversation => wanted.Remove((conversation.OwnerId, conversation.Id))).ToArray();
        foreach (var (conversation, view) in stored.Zip(await service.ViewAsync(stored)))
            batch.Add(conversation.OwnerId, "conversation", new ConversationEvent(view));
        foreach (var (left, conversation) in wanted) batch.Add(left, "conversation", new ConversationLeftEvent(conversation.ToString()));
    }

    // As it is now: who came and went again meanwhile has left. Who came has the whole list from their own event.
    private async Task ReadOthersAsync(Change[] changed, EventBatch batch)
    {
        if (changed.Length == 0) return;
        var members = await conversations.MembersAsync([.. changed.Select(change => change.ConversationId).Distinct()]);
        foreach (var conversation in changed.GroupBy(change => change.ConversationId))
        {
            var people = conversation.Select(change => change.AccountId).ToHashSet();
            var others = members[conversation.Key].Select(member => member.AccountId).Where(id => !people.Contains(id) && batch.Wants(id)).ToArray();
            if (others.Length == 0) continue;
            var joined = members[conversation.Key].Where(member => people.Remove(member.AccountId)).Select(member => member.ToView()).ToArray();
            batch.Add(others, "members", new MembersEvent(conversation.Key.ToString(), joined, [.. people.Select(id => id.ToString())]));
        }
    }

    // To read tells that somebody is there: it goes to whom presence goes, and to one's own other sessions. As it is now: what is told never goes back.
    private async Task ReadMarksAsync(Change[] marks, EventBatch batch)
    {
        if (marks.Length == 0) return;
        var members = await conversations.ReadMarksAsync([.. marks.Select(mark => mark.ConversationId).Distinct()]);
        var watchers = await presence.WatchersAsync([.. marks.Select(mark => mark.AccountId).Distinct()]);
        foreach (var (conversation, reader) in marks.Select(mark => (mark.ConversationId, mark.AccountId)).Distinct())
        {
            var receivers = members[conversation].Select(member => member.AccountId).Intersect(watchers[reader].Append(reader));
            foreach (var (_, seq) in members[conversation].Where(member => member.AccountId == reader)) // who left has none
                batch.Add(receivers, "read", new ReadEvent(conversation.ToString(), reader.ToString(), seq));
        }
    }

    // So does typing; but in a conference it announces what every member will get, contacts or not.
    private async Task ReadTypingAsync(Change[] typing, EventBatch batch)
    {
        if (typing.Length == 0) return;
        var ids = typing.Select(change => change.ConversationId).Distinct().ToArray();
        var people = typing.Select(change => change.AccountId).Distinct().ToArray();
        var members = await conversations.MemberIdsAsync(ids);
        var conferences = await conversations.ConferencesAmongAsync(ids);
        var watchers = await presence.WatchersAsync(people);
        var unseen = conferences.Count > 0 ? await presence.UnseenAsync(people) : null;
        foreach (var (user, conversation) in typing.Select(change => (change.AccountId, change.ConversationId)).Distinct())
        {
            var others = members[conversation].Where(member => member != user);
            var receivers = conferences.Contains(conversation) ? others.Where(member => !unseen!.IsUnseen(user, member)) : others.Intersect(watchers[user]);
            batch.Add(receivers, "typing", new TypingEvent(conversation.ToString(), user.ToString()));
        }
    }
}
