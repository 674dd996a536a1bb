using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Presence;

/// <summary>Responsible for what a person is: merged from their sessions, kept in the store, told to those who may see it.</summary>
internal sealed class PresenceService(PresenceStore presence, ChangeStore changes, ChangeBus bus, Store store)
{
    /// <summary>Merges again in the transaction that changed sessions of these people. Publish the answer after the commit.</summary>
    public async Task<IReadOnlyList<Change>> MergeAsync(StoreTransaction transaction, params IReadOnlyCollection<long> accountIds)
    {
        var changed = await presence.MergeAsync(transaction, accountIds);
        return changed.Count == 0 ? [] : await changes.AppendAsync(transaction, ChangeKind.Presence, [.. changed.Select(id => (id, 0L, 0L))]);
    }

    /// <summary>Shows as offline whom nothing holds any more.</summary>
    public async Task ReapAsync()
    {
        var gone = await presence.GoneAsync(500);
        if (gone.Count > 0) bus.Publish(await store.TransactAsync(transaction => MergeAsync(transaction, gone)));
    }

    /// <summary>Who may see each of these people do something. Whoever hides does nothing that others see.</summary>
    public async Task<ILookup<long, long>> WatchersAsync(IReadOnlyCollection<long> accountIds) => (await presence.SeenOfAsync(accountIds))
        .Where(seen => seen.Status != PresenceStatus.Hidden).ToLookup(seen => seen.AccountId, seen => seen.WatcherId);

    /// <summary>From whom each of these people keeps what they do, though they be in one conversation.</summary>
    public async Task<Unseen> UnseenAsync(IReadOnlyCollection<long> accountIds) =>
        new((await presence.HiddenAsync(accountIds)).ToHashSet(), (await presence.KeptFromAsync(accountIds)).ToHashSet());

    /// <summary>Who may see each of these people at all, and so has to be told that something changed, also that somebody hides now.</summary>
    public async Task<ILookup<long, long>> SeenByWhomAsync(IReadOnlyCollection<long> accountIds) =>
        (await presence.SeenOfAsync(accountIds)).ToLookup(seen => seen.AccountId, seen => seen.WatcherId);

    /// <summary>Everybody whom each of these people may see.</summary>
    public async Task<ILookup<long, PresenceItem>> SeenByAsync(IReadOnlyCollection<long> accountIds) =>
        (await presence.SeenByAsync(accountIds)).ToLookup(seen => seen.WatcherId, PresenceItem.Of);
}

/// <param name="Hidden">From everybody.</param>
/// <param name="Pairs">From one person each, whom they hide from or block, or who blocks them.</param>
internal sealed record Unseen(IReadOnlySet<long> Hidden, IReadOnlySet<(long AccountId, long OtherId)> Pairs)
{
    public bool IsUnseen(long accountId, long otherId) => Hidden.Contains(accountId) || Pairs.Contains((accountId, otherId));
}

/// <summary>One line of a <c>presence</c> event.</summary>
internal sealed record PresenceItem(string UserId, string Status, string? Reason)
{
    public static PresenceItem Of(SeenPresence seen)
    {
        var status = seen.Status.ForOthers();
        return new PresenceItem(seen.AccountId.ToString(), status, status == "offline" ? null : seen.Reason);
    }
}

/// <summary>The payload of a <c>presence</c> event.</summary>
internal sealed record PresenceEvent(IReadOnlyList<PresenceItem> Items);
