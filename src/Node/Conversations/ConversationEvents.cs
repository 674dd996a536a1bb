using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Presence;

namespace IntraMessenger.Node.Conversations;

/// <summary>Responsible for telling members of a new conversation, of how far others have read, and that somebody types.</summary>
internal sealed class ConversationEvents(ConversationStore conversations, ConversationService service, PresenceService presence) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Conversation, ChangeKind.Read, ChangeKind.Typing];

    public async Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        await ReadNewAsync([.. changes.Where(change => change.Kind == ChangeKind.Conversation && batch.Wants(change.AccountId))], batch);

        var marks = changes.Where(change => change.Kind is ChangeKind.Read or ChangeKind.Typing).ToArray();
        if (marks.Length == 0) return;
        var members = await conversations.MemberIdsAsync([.. marks.Select(mark => mark.ConversationId).Distinct()]);
        var watchers = await presence.WatchersAsync([.. marks.Select(mark => mark.AccountId).Distinct()]);
        foreach (var mark in marks)
        {
            // To read and to type tell that somebody is there: they go to whom presence goes, reading also to one's own other sessions.
            var (conversation, user) = (mark.ConversationId.ToString(), mark.AccountId.ToString());
            var others = members[mark.ConversationId].Intersect(watchers[mark.AccountId]);
            if (mark.Kind == ChangeKind.Read) batch.Add(others.Append(mark.AccountId), "read", new ReadEvent(conversation, user, mark.Seq));
            else batch.Add(others, "typing", new TypingEvent(conversation, user));
        }
    }

    private async Task ReadNewAsync(Change[] made, EventBatch batch)
    {
        if (made.Length == 0) return;
        var accounts = made.Select(change => change.AccountId).Distinct().ToArray();
        var stored = await conversations.FindManyAsync(accounts, [.. made.Select(change => change.ConversationId).Distinct()]);
        var views = await service.ViewAsync(stored);
        foreach (var (conversation, view) in stored.Zip(views))
        {
            if (Array.Exists(made, change => change.AccountId == conversation.OwnerId && change.ConversationId == conversation.Id))
                batch.Add(conversation.OwnerId, "conversation", new ConversationEvent(view));
        }
    }
}
