using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Leases;

/// <summary>Another node that lives, and where its management port is.</summary>
internal sealed record Peer(long LifeId, string ManagementUrl);

internal sealed class LeaseStore(Store store)
{
    // While no node renews for a lease time the store counts as away: leases are then judged as they stood at the last renewal, until
    // one lease time after the next one (views store_clock and holding_sessions). SYSDATE, unlike UTC_TIMESTAMP, is the time after a wait
    // for locks; the connection's time zone is UTC. Assignments run from left to right.
    private const string Tick = """
        UPDATE lease_clock SET
            away_from = IF(last_renewal < SYSDATE(6) - INTERVAL 15 SECOND, last_renewal, away_from),
            grace_until = IF(last_renewal < SYSDATE(6) - INTERVAL 15 SECOND, SYSDATE(6) + INTERVAL 15 SECOND, grace_until),
            last_renewal = GREATEST(last_renewal, SYSDATE(6))
        WHERE id = 1;
        """;

    /// <summary>A new life, or null while another process with this node's name lives a later one than <paramref name="notAfter"/>.</summary>
    public Task<long?> BeginAsync(int nodeId, string managementUrl, long? notAfter) => store.TransactAsync<long?>(async transaction =>
    {
        await transaction.ExecuteAsync(Tick);
        if (notAfter is not null)
        {
            var another = await transaction.QueryFirstOrDefaultAsync<long?>(
                "SELECT life_id FROM live_nodes WHERE node_id = @nodeId AND life_id > @notAfter LIMIT 1", new { nodeId, notAfter });
            if (another is not null) return null;
        }

        return await transaction.QuerySingleAsync<long>("""
            INSERT INTO node_lives (node_id, started_at, renewed_at, expires_at, management_url)
            SELECT @nodeId, now, now, now + INTERVAL 15 SECOND, @managementUrl FROM store_clock;
            SELECT LAST_INSERT_ID()
            """, new { nodeId, managementUrl });
    });

    /// <summary>False where the life has ended or a later one of this node took over. One round trip: all nodes wait for the clock's row.</summary>
    public Task<bool> RenewAsync(int nodeId, long lifeId) => store.TransactAsync(transaction => transaction.CommitWithAsync<bool>(Tick + """
        SET @later = (SELECT COUNT(*) FROM live_nodes WHERE node_id = @nodeId AND life_id > @lifeId);
        UPDATE node_lives SET renewed_at = (SELECT now FROM store_clock), expires_at = renewed_at + INTERVAL 15 SECOND
        WHERE id = @lifeId AND expires_at > (SELECT lease_now FROM store_clock) AND @later = 0;
        SET @renewed = ROW_COUNT()
        """, "SELECT @renewed > 0", new { nodeId, lifeId }));

    /// <summary>A clean stop: nobody has to wait for the lease to run out.</summary>
    public Task EndAsync(long lifeId) => store.RunAsync(connection => connection.ExecuteAsync(
        "UPDATE node_lives SET expires_at = LEAST(expires_at, (SELECT now FROM store_clock)) WHERE id = @lifeId", new { lifeId }));

    public async Task<IReadOnlyList<Peer>> PeersAsync(long lifeId) => (await store.RunAsync(connection => connection.QueryAsync<Peer>(
        "SELECT life_id AS LifeId, management_url AS ManagementUrl FROM live_nodes WHERE life_id <> @lifeId", new { lifeId }))).AsList();

    /// <summary>The store's time, as messages and leases are stamped with it.</summary>
    public Task<DateTime> NowAsync() => store.RunAsync(connection => connection.QuerySingleAsync<DateTime>("SELECT now FROM store_clock"));

    /// <summary>Lives that ended long ago and hold nothing.</summary>
    public Task ForgetOldAsync() => store.RunAsync(connection => connection.ExecuteAsync(
        "DELETE FROM node_lives WHERE expires_at < (SELECT lease_now FROM store_clock) - INTERVAL 1 DAY LIMIT 1000"));
}
