using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>
/// Responsible for which sessions the life of this node holds, because an event request of theirs is here. Those that come at once, as
/// all clients of a lost node do, are attached together: one transaction has the counter of places, not a thousand one after the other.
/// </summary>
internal sealed class HoldingService
{
    private const int MostAtOnce = 500;
    private const long Nobody = 0;

    private readonly SessionStore _sessions;
    private readonly PlaceService _places;
    private readonly PresenceService _presence;
    private readonly ChangeStore _changes;
    private readonly ChangeBus _bus;
    private readonly Store _store;
    private readonly NodeLease _lease;
    private readonly HeldSessions _held;
    private readonly Gathering<(CurrentSession Session, long? From), Attachment> _attaching;

    private enum Attachment
    {
        Held,
        NoPlace,
        /// <summary>Signed out, or with another life.</summary>
        NotThere,
    }

    public HoldingService(
        SessionStore sessions, PlaceService places, PresenceService presence, ChangeStore changes, ChangeBus bus, Store store, NodeLease lease, HeldSessions held)
    {
        (_sessions, _places, _presence, _changes, _bus, _store, _lease, _held) = (sessions, places, presence, changes, bus, store, lease, held);
        _attaching = new(MostAtOnce, rounds: 1, AttachAsync);
    }

    /// <summary>
    /// This node now holds the session, whoever did before. Takes a place where there is none. What moves meanwhile is taken after its client only
    /// while that is there: a request that the client has given up, and the store has held up, takes nothing from the request that came after it.
    /// </summary>
    public async Task<Refusal?> TakeAsync(CurrentSession session, CancellationToken gone)
    {
        for (var holder = session.LifeId; ;)
        {
            var refusal = await AttachAsync(session, holder);
            if (refusal?.Code != Refusal.NotFound.Code || gone.IsCancellationRequested) return refusal;
            var holders = await _sessions.HoldersAsync([session.Id]);
            if (!holders.TryGetValue(session.Id, out holder)) return Refusal.NoSession;
        }
    }

    /// <summary>The same, but from no other life than <paramref name="from"/>, null for none: 404 where it has moved meanwhile.</summary>
    public async Task<Refusal?> AttachAsync(CurrentSession session, long? from)
    {
        Attachment? attachment = null;
        var answer = await _places.WithPlaceAsync(async () =>
            (attachment = await _attaching.RunAsync((session, from))) == Attachment.NoPlace ? null : session);
        if (attachment != Attachment.NotThere) return answer.Refusal;
        return (await _sessions.HoldersAsync([session.Id])).Count > 0 ? Refusal.NotFound : Refusal.NoSession;
    }

    /// <summary>What this life holds, as the store has it.</summary>
    public Task<IReadOnlyList<long>> HeldByAsync(long lifeId) => _sessions.HeldByAsync(lifeId);

    /// <summary>Sessions without an event request for a while belong to nobody again.</summary>
    public Task DetachAsync(IReadOnlyCollection<long> ids, long lifeId, int idleSeconds)
    {
        _held.Remove(ids);
        return _sessions.DetachAsync(ids, lifeId, idleSeconds);
    }

    private async Task<IReadOnlyList<Attachment>> AttachAsync(IReadOnlyList<(CurrentSession Session, long? From)> wanted)
    {
        var life = _lease.RequiredLifeId;
        var journal = new List<Change>();
        var (placed, attached) = await _store.TransactAsync(async transaction =>
        {
            journal.Clear();
            var placed = await _places.TakeAsync(transaction, [.. wanted.Select(one => one.Session.Id).Distinct()]);
            var attached = await _sessions.AttachAsync(transaction, [.. wanted.Where(one => placed.Contains(one.Session.Id)).Select(one => (one.Session.Id, one.From ?? Nobody)).Distinct()], life);
            var accounts = wanted.Where(one => attached.Contains(one.Session.Id)).Select(one => (one.Session.AccountId, one.Session.Id, life)).Distinct().ToArray();
            if (accounts.Length == 0) return (placed, attached);
            journal.AddRange(await _changes.AppendAsync(transaction, ChangeKind.Session, accounts));
            journal.AddRange(await _presence.MergeAsync(transaction, [.. accounts.Select(one => one.AccountId).Distinct()]));
            return (placed, attached);
        });

        foreach (var (session, _) in wanted.Where(one => attached.Contains(one.Session.Id))) _held.Add(session, life);
        _bus.Publish(journal);
        var existing = placed.Count == wanted.Count ? null : await _sessions.HoldersAsync([.. wanted.Select(one => one.Session.Id)]);
        return [.. wanted.Select(one => attached.Contains(one.Session.Id) ? Attachment.Held
            : placed.Contains(one.Session.Id) || existing?.ContainsKey(one.Session.Id) == false ? Attachment.NotThere
            : Attachment.NoPlace)];
    }
}
