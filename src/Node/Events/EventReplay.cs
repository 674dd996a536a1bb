using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Messages;
using IntraMessenger.Node.Presence;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for what a client missed that comes from another node, or from sign-in: read from the store, from the time of its
/// cursor less the overlap. Some of it may be given twice, nothing is left out.
/// </summary>
internal sealed class EventReplay(
    ChangeStore changes, IEnumerable<IEventSource> sources, ConversationStore conversations, MessageStore messages, PresenceService presence)
{
    private const int MostChanges = 2_000;
    private const int MostMessages = 500;

    /// <summary>Well below the hour that the journal reaches back.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(30);

    /// <summary>Null where it cannot be told completely: too long ago, or too much.</summary>
    public async Task<IReadOnlyList<HostedEvent>?> ReadAsync(long accountId, Cursor cursor)
    {
        if (await changes.NowAsync() - cursor.Time > LongestAbsence) return null;
        var since = cursor.Time - JournalReader.Overlap;

        var journaled = await changes.SinceForAsync(accountId, since, MostChanges + 1);
        if (journaled.Count > MostChanges) return null;
        var batch = new EventBatch(id => id == accountId);
        foreach (var source in sources.Where(source => !source.Kinds.Contains(ChangeKind.Presence)))
        {
            var own = journaled.FindAll(change => source.Kinds.Contains(change.Kind));
            if (own.Count > 0) await source.ReadAsync(own, batch);
        }

        var earlier = new List<HostedEvent>();
        var seen = await presence.SeenByAsync(accountId, withOffline: !cursor.IsFresh);
        if (seen.Count > 0) earlier.Add(HostedEvent.Of("presence", new PresenceEvent(seen)));
        earlier.AddRange(batch.Events.Select(addressed => HostedEvent.Of(addressed.Type, addressed.Payload)));

        foreach (var conversation in await conversations.ChangedSinceAsync(accountId, since))
        {
            if (await messages.SinceAsync(conversation.Id, conversation.FirstSeq, cursor.Time, JournalReader.Overlap, MostMessages) is not { } found || earlier.Count > MostChanges) return null;
            earlier.AddRange(found.Select(message => HostedEvent.OfMessage(message.ToEvent())));
        }

        return earlier;
    }
}
