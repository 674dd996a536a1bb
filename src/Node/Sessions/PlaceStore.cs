using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>
/// Responsible for the places of a policy set. Its counter row is locked first by whoever takes or frees one: that row, in the store,
/// is what makes the limit exact over all nodes. It is changed each time, not only locked: of two members of a cluster of stores only a change
/// is seen (docs/adr/0009-several-servers.md).
/// </summary>
internal sealed class PlaceStore(Store store)
{
    /// <summary>True where the person has a place afterwards. A limit of 0 is no limit.</summary>
    public async Task<bool> TakeAsync(StoreTransaction transaction, int setId, long accountId, int limit) => await transaction.QuerySingleAsync<int>("""
        SELECT taken INTO @taken FROM place_counters WHERE policy_set_id = @setId FOR UPDATE;
        INSERT IGNORE INTO places (policy_set_id, account_id, taken_at)
        SELECT @setId, @accountId, now FROM store_clock WHERE @limit = 0 OR @taken < @limit;
        UPDATE place_counters SET taken = taken + ROW_COUNT(), version = version + 1 WHERE policy_set_id = @setId;
        SELECT COUNT(*) FROM places WHERE policy_set_id = @setId AND account_id = @accountId
        """, new { setId, accountId, limit }) == 1;

    /// <summary>
    /// The same for the people of many sessions, in the order in which these are given. Those sessions that exist and whose person has a place
    /// afterwards.
    /// </summary>
    public async Task<IReadOnlySet<long>> TakeAsync(StoreTransaction transaction, int setId, IReadOnlyCollection<long> sessionIds, int limit) => (await transaction.QueryAsync<long>("""
        SELECT taken INTO @taken FROM place_counters WHERE policy_set_id = @setId FOR UPDATE;
        INSERT IGNORE INTO places (policy_set_id, account_id, taken_at)
        SELECT @setId, w.account_id, c.now
        FROM store_clock c JOIN (
            SELECT s.account_id, ROW_NUMBER() OVER (ORDER BY MIN(b.n)) AS turn
            FROM JSON_TABLE(@sessions, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT PATH '$')) b
            STRAIGHT_JOIN sessions s FORCE INDEX (PRIMARY) ON s.id = b.id
            LEFT JOIN places p FORCE INDEX (PRIMARY) ON p.policy_set_id = @setId AND p.account_id = s.account_id
            WHERE p.account_id IS NULL GROUP BY s.account_id) w
        WHERE @limit = 0 OR w.turn <= @limit - @taken;
        UPDATE place_counters SET taken = taken + ROW_COUNT(), version = version + 1 WHERE policy_set_id = @setId;
        SELECT s.id FROM JSON_TABLE(@sessions, '$[*]' COLUMNS (id BIGINT PATH '$')) b
        STRAIGHT_JOIN sessions s FORCE INDEX (PRIMARY) ON s.id = b.id
        STRAIGHT_JOIN places p FORCE INDEX (PRIMARY) ON p.policy_set_id = @setId AND p.account_id = s.account_id
        """, new { setId, sessions = JsonSerializer.Serialize(sessionIds), limit })).ToHashSet();

    /// <summary>Locks the counter: before a session ends, so that nobody takes or frees a place of this set meanwhile.</summary>
    public Task LockAsync(StoreTransaction transaction, int setId) =>
        transaction.ExecuteAsync("SELECT taken INTO @taken FROM place_counters WHERE policy_set_id = @setId FOR UPDATE", new { setId });

    /// <summary>Frees the places of those among <paramref name="accountIds"/> whom no session holds. Call after <see cref="LockAsync"/>.</summary>
    public Task<int> FreeAsync(StoreTransaction transaction, int setId, IReadOnlyCollection<long> accountIds) => transaction.QuerySingleAsync<int>("""
        DELETE FROM places
        WHERE policy_set_id = @setId AND account_id IN @accountIds
          AND NOT EXISTS (SELECT 1 FROM holding_sessions h WHERE h.account_id = places.account_id AND h.policy_set_id = @setId);
        SET @freed = ROW_COUNT();
        UPDATE place_counters SET taken = taken - @freed, version = version + 1 WHERE policy_set_id = @setId;
        SELECT @freed
        """, new { setId, accountIds });

    /// <summary>How many are taken.</summary>
    public Task<int> TakenAsync(int setId) => store.RunAsync(connection =>
        connection.ExecuteScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = @setId", new { setId }));

    /// <summary>Whose place nothing holds any more.</summary>
    public async Task<IReadOnlyList<long>> AbandonedAsync(int setId, int limit) => (await store.RunAsync(connection => connection.QueryAsync<long>("""
        SELECT p.account_id FROM places p
        WHERE p.policy_set_id = @setId
          AND NOT EXISTS (SELECT 1 FROM holding_sessions h WHERE h.account_id = p.account_id AND h.policy_set_id = p.policy_set_id)
        ORDER BY p.account_id LIMIT @limit
        """, new { setId, limit }))).AsList();
}
