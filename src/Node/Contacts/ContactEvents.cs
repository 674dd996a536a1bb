using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Contacts;

/// <summary>Responsible for telling people of this node what changed in their lists.</summary>
internal sealed class ContactEvents(ContactStore contacts) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Contact];

    public async Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        var pairs = changes.Where(change => batch.Wants(change.AccountId)).Select(change => (Owner: change.AccountId, Peer: change.OtherId)).Distinct().ToArray();
        if (pairs.Length == 0) return;

        var found = (await contacts.FindManyAsync([.. pairs.Select(pair => pair.Owner).Distinct()], [.. pairs.Select(pair => pair.Peer).Distinct()]))
            .ToDictionary(contact => (contact.OwnerId, contact.PeerId));
        foreach (var pair in pairs)
        {
            if (found.TryGetValue(pair, out var contact)) batch.Add(pair.Owner, "contact", new ContactEvent(ContactService.View(contact)));
            else batch.Add(pair.Owner, "contactRemoved", new ContactRemovedEvent(pair.Peer.ToString()));
        }
    }
}
