using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Presence;

/// <summary>Responsible for telling people of this node who of those they may see came, went or changed: one event a round and watcher.</summary>
internal sealed class PresenceEvents(PresenceStore presence) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Presence];

    public async Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        var seen = await presence.SeenOfAsync([.. changes.Select(change => change.AccountId).Distinct()]);
        foreach (var watcher in seen.Where(item => batch.Wants(item.WatcherId)).GroupBy(item => item.WatcherId))
            batch.Add(watcher.Key, "presence", new PresenceEvent([.. watcher.Select(PresenceItem.Of)]));
    }
}
