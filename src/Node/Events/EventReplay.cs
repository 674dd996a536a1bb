using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Messages;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for what a client missed that comes from another node, or from sign-in: read from the store, from the time of its
/// cursor less the overlap. Some of it may be given twice, nothing is left out. Clients that come at once are read for together.
/// </summary>
internal sealed class EventReplay(
    ChangeStore changes, IEnumerable<IEventSource> sources, ConversationStore conversations, MessageStore messages, PresenceService presence)
{
    private const int MostChanges = 2_000;
    private const int MostMessages = 500; // of one conversation
    private const int MostBytes = 8 * 1024 * 1024;
    private const int MostAtOnce = 200;
    private const int MostJournalRows = 50_000;

    /// <summary>Well below the hour that the journal reaches back.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(30);

    /// <summary>What of the store's state concerns one client. Changes are null where they are too many to be read for several.</summary>
    private sealed record Found(DateTime Now, List<Change>? Changes, IReadOnlyList<PresenceItem> Seen, IReadOnlyList<NumberedConversation> Conversations);

    private readonly Gathering<(long AccountId, DateTime Since), Found> _reading = new(MostAtOnce, rounds: 2, async wanted =>
    {
        // One that was away for long does not make it long for those who were away for a moment.
        var now = await changes.NowAsync();
        var accounts = wanted.Select(one => one.AccountId).Distinct().ToArray();
        var since = wanted.Select(one => one.Since).Where(since => now - since <= LongestAbsence + JournalReader.Overlap).DefaultIfEmpty(now).Min();
        var recent = wanted.Count > 1 && now - since < JournalReader.Overlap * 4 ? await changes.SinceForAsync(accounts, since, MostJournalRows) : null;
        var seen = await presence.SeenByAsync(accounts);
        var changed = await conversations.ChangedSinceAsync(accounts, since);
        return [.. wanted.Select(one => new Found(
            now, recent?[one.AccountId].Where(change => change.At >= one.Since).ToList(), [.. seen[one.AccountId]], [.. changed[one.AccountId].Where(conversation => conversation.ChangedAt >= one.Since)]))];
    });

    /// <summary>Null where it cannot be told completely: too long ago, or too much.</summary>
    public async Task<IReadOnlyList<HostedEvent>?> ReadAsync(long accountId, Cursor cursor)
    {
        var since = cursor.Time - JournalReader.Overlap;
        var found = await _reading.RunAsync((accountId, since));
        if (found.Now - cursor.Time > LongestAbsence) return null;

        var journaled = found.Changes ?? await changes.SinceForAsync(accountId, since, MostChanges + 1);
        if (journaled.Count > MostChanges) return null;
        var batch = new EventBatch(id => id == accountId);
        foreach (var source in sources.Where(source => !source.ReadsForNobody && !source.Kinds.Contains(ChangeKind.Presence)))
        {
            var own = journaled.FindAll(change => source.Kinds.Contains(change.Kind));
            if (own.Count > 0) await source.ReadAsync(own, batch);
        }

        var earlier = new List<HostedEvent>();
        var seen = found.Seen.Where(item => !cursor.IsFresh || item.Status != "offline").ToArray();
        if (seen.Length > 0) earlier.Add(HostedEvent.Of("presence", new PresenceEvent(seen)));
        earlier.AddRange(batch.Events.Select(addressed => HostedEvent.Of(addressed.Type, addressed.Payload)));

        // What may have become visible late is counted for itself: after a resync it is most of it, and another one would bring it again.
        var (count, bytes, late) = (earlier.Count, earlier.Sum(item => (long)item.Json.Length), 0L);
        foreach (var conversation in found.Conversations)
        {
            if (count > MostChanges || bytes > MostBytes || late > MostBytes) return null;
            if (await messages.SinceAsync(conversation.Id, conversation.FirstSeq, cursor.Time, JournalReader.Overlap, MostMessages) is not { } missed) return null;
            // They may have left since the conversations were read: nothing of what came after is theirs.
            foreach (var message in missed.TakeWhile(message => message.Kind != MessageKind.Left || message.SenderId != accountId))
            {
                earlier.Add(HostedEvent.OfMessage(message.ToEvent()));
                var size = earlier[^1].Json.Length;
                if (message.SentAt < cursor.Time) late += size;
                else (count, bytes) = (count + 1, bytes + size);
            }
        }

        return earlier;
    }
}
