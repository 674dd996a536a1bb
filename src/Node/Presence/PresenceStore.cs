using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Presence;

/// <summary>The status of one person as one watcher may see it.</summary>
internal sealed class SeenPresence
{
    public long WatcherId { get; init; }
    public long AccountId { get; init; }
    public PresenceStatus Status { get; init; }
    public string? Reason { get; init; }
}

internal sealed class PresenceStore(Store store)
{
    private const string Seen = """
        SELECT w.owner_id AS WatcherId, p.account_id AS AccountId, p.status AS Status, p.reason AS Reason
        FROM presence p
        JOIN contacts w ON w.peer_id = p.account_id AND w.state = 3
        JOIN contacts c ON c.owner_id = p.account_id AND c.peer_id = w.owner_id AND c.state = 3 AND NOT c.hidden_from

        """;

    /// <summary>
    /// Merges the sessions of these people again, each row locked in the order of their ids, and changed too: of two members of a cluster of
    /// stores only a change is seen (docs/adr/0009-several-servers.md). Those of whom that changed what others see: between hidden and offline nothing does.
    /// </summary>
    public async Task<IReadOnlyList<long>> MergeAsync(StoreTransaction transaction, IReadOnlyCollection<long> accountIds)
    {
        var (before, sessions) = await transaction.QueryAsync("""
            UPDATE JSON_TABLE(@accounts, '$[*]' COLUMNS (id BIGINT PATH '$')) b STRAIGHT_JOIN presence p FORCE INDEX (PRIMARY) ON p.account_id = b.id
            SET p.version = p.version + 1;
            SELECT account_id AS AccountId, status AS Status, reason AS Reason FROM presence WHERE account_id IN @accountIds;
            SELECT account_id AS AccountId, status AS Status, reason AS Reason FROM holding_sessions WHERE account_id IN @accountIds ORDER BY status, id DESC
            """, new { accounts = JsonSerializer.Serialize(accountIds.Distinct().Order()), accountIds },
            async results => ((await results.ReadAsync<PresenceRow>()).AsList(), (await results.ReadAsync<PresenceRow>()).ToLookup(row => row.AccountId)));
        var changed = before.Select(row => (Before: row, After: sessions[row.AccountId].FirstOrDefault() ?? new PresenceRow { AccountId = row.AccountId, Status = PresenceStatus.Offline }))
            .Where(pair => pair.Before.Status != pair.After.Status || pair.Before.Reason != pair.After.Reason).ToArray();
        if (changed.Length == 0) return [];

        await transaction.ExecuteAsync("""
            UPDATE JSON_TABLE(@rows, '$[*]' COLUMNS (id BIGINT PATH '$.id', status TINYINT PATH '$.status', reason VARCHAR(100) PATH '$.reason')) b
            STRAIGHT_JOIN presence p FORCE INDEX (PRIMARY) ON p.account_id = b.id
            SET p.status = b.status, p.reason = b.reason, p.changed_at = (SELECT now FROM store_clock)
            """, new { rows = JsonSerializer.Serialize(changed.Select(pair => new { id = pair.After.AccountId, status = (byte)pair.After.Status, reason = pair.After.Reason })) });
        return [.. changed.Where(pair => !(IsUnseen(pair.Before.Status) && IsUnseen(pair.After.Status))).Select(pair => pair.After.AccountId)];
    }

    /// <summary>People who are shown as present although nothing holds them any more.</summary>
    public async Task<IReadOnlyList<long>> GoneAsync(int limit) => (await store.RunAsync(connection => connection.QueryAsync<long>("""
        SELECT p.account_id FROM presence p
        WHERE p.status <> 9 AND NOT EXISTS (SELECT 1 FROM holding_sessions h WHERE h.account_id = p.account_id)
        ORDER BY p.account_id LIMIT @limit
        """, new { limit }))).AsList();

    /// <summary>How each of these people is seen by everybody who may see them.</summary>
    public Task<IEnumerable<SeenPresence>> SeenOfAsync(IReadOnlyCollection<long> accountIds) =>
        store.RunAsync(connection => connection.QueryAsync<SeenPresence>(Seen + "WHERE p.account_id IN @accountIds", new { accountIds }));

    /// <summary>Those of these people whose status is to be hidden.</summary>
    public Task<IEnumerable<long>> HiddenAsync(IReadOnlyCollection<long> accountIds) =>
        store.RunAsync(connection => connection.QueryAsync<long>("SELECT account_id FROM presence WHERE account_id IN @accountIds AND status = 0", new { accountIds }));

    /// <summary>Pairs of one of these people and somebody whom they hide from or block, or who blocks them.</summary>
    public Task<IEnumerable<(long AccountId, long OtherId)>> KeptFromAsync(IReadOnlyCollection<long> accountIds) =>
        store.RunAsync(connection => connection.QueryAsync<(long, long)>("""
            SELECT owner_id, peer_id FROM contacts WHERE owner_id IN @accountIds AND (hidden_from OR state = 4)
            UNION SELECT peer_id, owner_id FROM contacts WHERE peer_id IN @accountIds AND state = 4
            """, new { accountIds }));

    /// <summary>How each of these people sees everybody whom they may see.</summary>
    public Task<IEnumerable<SeenPresence>> SeenByAsync(IReadOnlyCollection<long> accountIds) =>
        store.RunAsync(connection => connection.QueryAsync<SeenPresence>(Seen + "WHERE w.owner_id IN @accountIds", new { accountIds }));

    private static bool IsUnseen(PresenceStatus status) => status is PresenceStatus.Hidden or PresenceStatus.Offline;

    private sealed class PresenceRow
    {
        public long AccountId { get; init; }
        public PresenceStatus Status { get; init; }
        public string? Reason { get; init; }
    }
}
