using System.Text.Json;
using Dapper;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>A session as its owner sees it.</summary>
internal sealed class StoredSession
{
    public long Id { get; init; }
    public long AccountId { get; init; }
    public int PolicySetId { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime LastSeenAt { get; init; }
    public DateTime ExpiresAt { get; init; }
    public string? ClientKind { get; init; }
    public string? ClientName { get; init; }
    public string? ClientVersion { get; init; }
    public PresenceStatus Status { get; init; }
    public string? Reason { get; init; }

    /// <summary>Where the person signed in from, while that is limited.</summary>
    public string? Address { get; init; }
}

internal sealed class SessionStore(Store store)
{
    private const string Select = """
        SELECT id AS Id, account_id AS AccountId, policy_set_id AS PolicySetId, created_at AS CreatedAt, last_seen_at AS LastSeenAt, expires_at AS ExpiresAt,
            client_kind AS ClientKind, client_name AS ClientName, client_version AS ClientVersion, status AS Status, reason AS Reason, address AS Address
        FROM sessions

        """;

    /// <summary>Whose tokens these are, in their order: null for each that is not good under this policy set.</summary>
    public async Task<IReadOnlyList<CurrentSession?>> FindAsync(IReadOnlyList<byte[]> tokenHashes, int setId)
    {
        var found = await store.RunAsync(connection => connection.QueryAsync<CurrentSession>($"""
            SELECT s.id AS Id, s.account_id AS AccountId, s.policy_set_id AS PolicySetId, s.token_hash AS TokenHash, p.account_id IS NOT NULL AS HasPlace, a.home_set_id AS HomeSetId,
                TIMESTAMPDIFF(DAY, COALESCE(a.password_changed_at, a.created_at), c.now) AS PasswordDays,
                u.idle_days AS IdleDays, u.days_without_contact AS DaysWithoutContact,
                {AccountRoles.Ids} AS Roles,
                s.life_id AS LifeId, TIMESTAMPDIFF(SECOND, c.now, s.expires_at) AS SecondsLeft,
                n.life_id IS NULL AND (s.life_id IS NOT NULL OR s.last_seen_at < c.now - INTERVAL 15 SECOND) AS IsStale
            FROM store_clock c
            JOIN JSON_TABLE(@hashes, '$[*]' COLUMNS (hash CHAR(64) CHARACTER SET latin1 PATH '$')) b
            STRAIGHT_JOIN sessions s FORCE INDEX (sessions_token) ON s.token_hash = UNHEX(b.hash)
            JOIN accounts a ON a.id = s.account_id AND a.state = 'active'
            JOIN account_use u ON u.account_id = a.id
            LEFT JOIN places p ON p.policy_set_id = s.policy_set_id AND p.account_id = s.account_id
            LEFT JOIN live_nodes n ON n.life_id = s.life_id
            WHERE s.policy_set_id = @setId AND s.expires_at > c.now
            """, new { hashes = JsonSerializer.Serialize(tokenHashes.Select(Convert.ToHexString)), setId }));
        var byHash = new Dictionary<string, CurrentSession>();
        foreach (var session in found) byHash[Convert.ToHexString(session.TokenHash)] = session;
        return [.. tokenHashes.Select(hash => byHash.GetValueOrDefault(Convert.ToHexString(hash)))];
    }

    /// <summary>Adds a session, without a request that holds it yet. Repeating it with the same token finds the first.</summary>
    public async Task<StoredSession> InsertAsync(StoreTransaction transaction, byte[] tokenHash, long accountId, int setId, ClientDescription client, string? address, int hours)
    {
        await transaction.ExecuteAsync("""
            INSERT IGNORE INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status, client_kind, client_name, client_version, address)
            SELECT @tokenHash, @accountId, @setId, now, now + INTERVAL @hours HOUR, now, @status, @Kind, @Name, @Version, @address FROM store_clock
            """, new { tokenHash, address, accountId, setId, hours, status = (byte)PresenceStatus.Online, client.Kind, client.Name, client.Version });
        return await transaction.QuerySingleAsync<StoredSession>(Select + "WHERE token_hash = @tokenHash", new { tokenHash });
    }

    /// <summary>Deletes the least recently used sessions of this policy set above <paramref name="most"/>; one that a living node holds is in use. Which they were.</summary>
    public async Task<IReadOnlyList<long>> DeleteSurplusAsync(StoreTransaction transaction, long accountId, int setId, long newestId, int most)
    {
        var surplus = (await transaction.QueryAsync<long>("""
            SELECT s.id FROM sessions s LEFT JOIN live_nodes n ON n.life_id = s.life_id
            WHERE s.account_id = @accountId AND s.policy_set_id = @setId AND s.id <> @newestId
            ORDER BY n.life_id IS NOT NULL DESC, s.last_seen_at DESC, s.id DESC LIMIT 1000 OFFSET @kept
            """, new { accountId, setId, newestId, kept = most - 1 })).AsList();
        if (surplus.Count > 0) await transaction.ExecuteAsync("DELETE FROM sessions WHERE id IN @surplus", new { surplus });
        return surplus;
    }

    /// <summary>
    /// Deletes sessions of this policy set and address above <paramref name="most"/>, the least recently used first, but none that is in use: then
    /// null. Which they were, and whose. The transaction has the counter of places, as everybody who opens a session.
    /// </summary>
    public async Task<IReadOnlyList<(long Id, long AccountId)>?> MakeRoomAsync(StoreTransaction transaction, int setId, string address, long newestId, int most)
    {
        var surplus = (await transaction.QueryAsync<(long Id, long AccountId, bool IsHolding)>("""
            SELECT s.id, s.account_id, h.id IS NOT NULL FROM store_clock c JOIN sessions s LEFT JOIN holding_sessions h ON h.id = s.id
            WHERE s.policy_set_id = @setId AND s.address = @address AND s.id <> @newestId AND s.expires_at > c.now
            ORDER BY h.id IS NOT NULL DESC, s.last_seen_at DESC, s.id DESC LIMIT 1000 OFFSET @kept
            """, new { setId, address, newestId, kept = most - 1 })).AsList();
        if (surplus.Exists(session => session.IsHolding)) return null;
        if (surplus.Count > 0) await transaction.ExecuteAsync("DELETE FROM sessions WHERE id IN @ids", new { ids = surplus.Select(session => session.Id) });
        return [.. surplus.Select(session => (session.Id, session.AccountId))];
    }

    /// <summary>Nobody's address is needed under this policy set any more.</summary>
    public Task ForgetAddressesAsync(int setId) => store.RunAsync(connection =>
        connection.ExecuteAsync("UPDATE sessions SET address = NULL WHERE policy_set_id = @setId AND address IS NOT NULL LIMIT 1000", new { setId }));

    public async Task<IReadOnlyList<StoredSession>> ListAsync(long accountId) => (await store.RunAsync(connection =>
        connection.QueryAsync<StoredSession>(Select + "WHERE account_id = @accountId ORDER BY id", new { accountId }))).AsList();

    public Task<StoredSession?> FindOfAsync(long accountId, long id) => store.RunAsync(connection =>
        connection.QueryFirstOrDefaultAsync<StoredSession>(Select + "WHERE id = @id AND account_id = @accountId", new { id, accountId }));

    public async Task<bool> DeleteAsync(StoreTransaction transaction, long id) =>
        await transaction.ExecuteAsync("DELETE FROM sessions WHERE id = @id", new { id }) > 0;

    /// <summary>A request came: from now on its own time holds the place, unless a living node holds the session.</summary>
    public Task<int> TouchAsync(long id) => store.RunAsync(connection => connection.ExecuteAsync("""
        UPDATE sessions SET last_seen_at = (SELECT now FROM store_clock), life_id = NULL
        WHERE id = @id AND (life_id IS NULL OR life_id NOT IN (SELECT life_id FROM live_nodes))
        """, new { id }));

    public Task TouchAsync(StoreTransaction transaction, long id) => transaction.ExecuteAsync(
        "UPDATE sessions SET last_seen_at = (SELECT now FROM store_clock), life_id = NULL WHERE id = @id", new { id });

    /// <summary>
    /// From now on the life of a node holds them: not those that were signed out meanwhile, nor those that another life than <c>From</c> holds.
    /// Which it holds then.
    /// </summary>
    public async Task<IReadOnlySet<long>> AttachAsync(StoreTransaction transaction, IReadOnlyCollection<(long Id, long From)> sessions, long lifeId) => (await transaction.QueryAsync<long>("""
        UPDATE JSON_TABLE(@rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', life_id BIGINT PATH '$[1]')) b
        STRAIGHT_JOIN sessions s FORCE INDEX (PRIMARY) ON s.id = b.id
        SET s.life_id = @lifeId, s.last_seen_at = (SELECT now FROM store_clock)
        WHERE s.life_id IS NULL OR s.life_id IN (b.life_id, @lifeId);
        SELECT s.id FROM JSON_TABLE(@rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) b STRAIGHT_JOIN sessions s FORCE INDEX (PRIMARY) ON s.id = b.id WHERE s.life_id = @lifeId
        """, new { rows = JsonSerializer.Serialize(sessions.OrderBy(session => session.Id).Select(session => new[] { session.Id, session.From })), lifeId })).ToHashSet();

    /// <summary>What this life holds, as the store has it.</summary>
    public async Task<IReadOnlyList<long>> HeldByAsync(long lifeId) => (await store.RunAsync(connection =>
        connection.QueryAsync<long>("SELECT id FROM sessions WHERE life_id = @lifeId", new { lifeId }))).AsList();

    /// <summary>
    /// Gives back to themselves the sessions that this life held, <paramref name="idleSeconds"/> after their last event request. One that
    /// was attached just now is passed over: its request may have come after the decision.
    /// </summary>
    public Task DetachAsync(IReadOnlyCollection<long> ids, long lifeId, int idleSeconds) => store.RunAsync(connection => connection.ExecuteAsync("""
        UPDATE sessions SET life_id = NULL, last_seen_at = (SELECT now FROM store_clock) - INTERVAL @idleSeconds SECOND
        WHERE id IN @ids AND life_id = @lifeId AND last_seen_at < (SELECT now FROM store_clock) - INTERVAL 10 SECOND
        """, new { ids, lifeId, idleSeconds }));

    /// <summary>What decides by whose rules each of these people acts.</summary>
    public async Task<Dictionary<long, Standing>> StandingsAsync(IReadOnlyCollection<long> accountIds) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long Id, string Roles, int HomeSetId, int PasswordDays, int? DaysWithoutContact)>($"""
            SELECT a.id, {AccountRoles.Ids}, a.home_set_id,
                TIMESTAMPDIFF(DAY, COALESCE(a.password_changed_at, a.created_at), c.now), u.days_without_contact
            FROM store_clock c JOIN accounts a JOIN account_use u ON u.account_id = a.id WHERE a.id IN @accountIds
            """, new { accountIds }))).ToDictionary(row => row.Id, row => new Standing(row.Roles, row.HomeSetId, row.PasswordDays, row.DaysWithoutContact));

    /// <summary>Which of these exist, and which life holds each.</summary>
    public async Task<Dictionary<long, long?>> HoldersAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long Id, long? LifeId)>("SELECT id, life_id FROM sessions WHERE id IN @ids", new { ids })))
        .ToDictionary(row => row.Id, row => row.LifeId);

    public Task SetStatusAsync(StoreTransaction transaction, long id, PresenceStatus status, string? reason) => transaction.ExecuteAsync(
        "UPDATE sessions SET status = @status, reason = @reason WHERE id = @id", new { id, status = (byte)status, reason });

    /// <summary>Sessions whose time is over.</summary>
    public Task<int> PurgeAsync() => store.RunAsync(connection =>
        connection.ExecuteAsync("DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(6) LIMIT 1000"));
}
