using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;

namespace IntraMessenger.Node.Messages;

/// <summary>Responsible for telling members that a message was edited or removed. New messages go through <c>MessageFeed</c>, by number.</summary>
internal sealed class MessageEvents(MessageStore messages, ConversationStore conversations) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.MessageChanged];

    public async Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        var keys = changes.Select(change => (change.ConversationId, change.Seq)).Distinct().ToArray();
        var members = (await conversations.MembershipsAsync([.. keys.Select(key => key.ConversationId).Distinct()])).ToLookup(member => member.ConversationId);
        foreach (var message in (await messages.FindManyAsync(keys)).Where(message => keys.Contains((message.ConversationId, message.Seq))))
        {
            var receivers = members[message.ConversationId].Where(member => member.FirstSeq <= message.Seq).Select(member => member.AccountId);
            batch.Add(receivers, "messageChanged", message.ToEvent());
        }
    }
}
