using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>Responsible for the lines that tell who came into a conversation and who left it: numbered like any message.</summary>
internal sealed class MembershipLog(MessageStore messages, ChangeStore changes)
{
    /// <summary>One line each, in their order. Publish the answer, in the order of its numbers, after the commit.</summary>
    public async Task<IReadOnlyList<Change>> AppendAsync(StoreTransaction transaction, long conversationId, string kind, IReadOnlyCollection<long> people)
    {
        var last = await messages.AppendLinesAsync(transaction, conversationId, kind, people);
        await changes.AppendMessageAsync(transaction, conversationId, last.Seq);
        var firstSeq = last.Seq - people.Count + 1;
        return [.. people.Select((person, i) => new Change(0, ChangeKind.Message, person, 0, conversationId, firstSeq + i)
        {
            Message = new MessageCopy(kind, null, last.SentAt),
        })];
    }
}
