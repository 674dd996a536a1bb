using Dapper;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Contacts;

/// <summary>One entry of a list with all that its owner may see of the person.</summary>
internal sealed class StoredContact
{
    public long OwnerId { get; init; }
    public long PeerId { get; init; }
    public string Username { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public ContactState State { get; init; }
    public PresenceStatus Status { get; init; }
    public string? Text { get; init; }
    public string? Alias { get; init; }
    public string? Label { get; init; }
    public bool Vip { get; init; }
    public bool HiddenFrom { get; init; }
}

internal sealed class ContactStore(Store store)
{
    private const string Select = """
        SELECT c.owner_id AS OwnerId, c.peer_id AS PeerId, a.username AS Username, a.display_name AS DisplayName, c.state AS State,
            CASE WHEN c.state = 3 AND t.state = 3 AND NOT t.hidden_from THEN COALESCE(p.status, 9) ELSE 9 END AS Status,
            c.request_text AS Text, c.alias AS Alias, c.label AS Label, c.vip AS Vip, c.hidden_from AS HiddenFrom
        FROM contacts c
        JOIN accounts a ON a.id = c.peer_id
        LEFT JOIN contacts t ON t.owner_id = c.peer_id AND t.peer_id = c.owner_id
        LEFT JOIN presence p ON p.account_id = c.peer_id
        WHERE c.state <> 5

        """;

    public async Task<IReadOnlyList<StoredContact>> ListAsync(long ownerId, long after, int limit) => (await store.RunAsync(connection =>
        connection.QueryAsync<StoredContact>(Select + "AND c.owner_id = @ownerId AND c.peer_id > @after ORDER BY c.peer_id LIMIT @limit",
            new { ownerId, after, limit }))).AsList();

    public Task<StoredContact?> FindAsync(long ownerId, long peerId) => store.RunAsync(connection =>
        connection.QueryFirstOrDefaultAsync<StoredContact>(Select + "AND c.owner_id = @ownerId AND c.peer_id = @peerId", new { ownerId, peerId }));

    /// <summary>Entries of the given owners for the given people; a superset of the pairs that belong together.</summary>
    public Task<IEnumerable<StoredContact>> FindManyAsync(IReadOnlyCollection<long> ownerIds, IReadOnlyCollection<long> peerIds) => store.RunAsync(connection =>
        connection.QueryAsync<StoredContact>(Select + "AND c.owner_id IN @ownerIds AND c.peer_id IN @peerIds", new { ownerIds, peerIds }));

    /// <summary>Everybody who has this person in their list, or is in it.</summary>
    public async Task<IReadOnlyList<long>> RelatedAsync(long accountId) => (await store.RunAsync(connection => connection.QueryAsync<long>(
        "SELECT peer_id FROM contacts WHERE owner_id = @accountId UNION SELECT owner_id FROM contacts WHERE peer_id = @accountId", new { accountId }))).AsList();

    /// <summary>What both lists say now, with both people's lists locked (in the order of their ids) until the transaction ends.</summary>
    public async Task<(ContactPair Pair, int Used)> LockAsync(StoreTransaction transaction, long me, long them)
    {
        // Changed, not only locked: a lock is unknown to the other members of a cluster of stores, a change is certified (docs/adr/0009-several-servers.md).
        await transaction.ExecuteAsync(
            "UPDATE contact_lists SET version = version + 1 WHERE account_id = @low; UPDATE contact_lists SET version = version + 1 WHERE account_id = @high",
            new { low = Math.Min(me, them), high = Math.Max(me, them) });
        var (mine, theirs, used) = await transaction.QuerySingleAsync<(byte Mine, byte Theirs, int Used)>("""
            SELECT COALESCE((SELECT state FROM contacts WHERE owner_id = @me AND peer_id = @them), 0),
                COALESCE((SELECT state FROM contacts WHERE owner_id = @them AND peer_id = @me), 0),
                (SELECT COUNT(*) FROM contacts WHERE owner_id = @me AND state IN (1, 3))
            """, new { me, them });
        return (new ContactPair((ContactState)mine, (ContactState)theirs), used);
    }

    /// <summary>
    /// Makes those of these people who have an active account contacts of a new one, accepted on both sides, where neither blocks the other: an
    /// account that was approved can be known to them already. Answers who they are.
    /// </summary>
    public async Task<IReadOnlyList<long>> BefriendAsync(StoreTransaction transaction, long newId, IReadOnlyCollection<string> usernameKeys)
    {
        var named = (await transaction.QueryAsync<long>(
            "SELECT id FROM accounts WHERE username_key IN @usernameKeys AND state = 'active' AND id <> @newId ORDER BY id", new { newId, usernameKeys })).AsList();
        if (named.Count == 0) return named;
        var others = (await transaction.QueryAsync<long>("""
            UPDATE contact_lists SET version = version + 1 WHERE account_id IN @named OR account_id = @newId ORDER BY account_id;
            SELECT a.id FROM accounts a WHERE a.id IN @named AND NOT EXISTS (
                SELECT 1 FROM contacts b WHERE b.state = 4 AND (b.owner_id = @newId AND b.peer_id = a.id OR b.owner_id = a.id AND b.peer_id = @newId))
            ORDER BY a.id
            """, new { newId, named })).AsList();
        if (others.Count == 0) return others;
        await transaction.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state) SELECT @newId, id, 3 FROM accounts WHERE id IN @others ON DUPLICATE KEY UPDATE state = 3;
            INSERT INTO contacts (owner_id, peer_id, state) SELECT id, @newId, 3 FROM accounts WHERE id IN @others ON DUPLICATE KEY UPDATE state = 3;
            UPDATE conversations SET rights_version = rights_version + 1 WHERE low_id = @newId AND high_id IN @others;
            UPDATE conversations SET rights_version = rights_version + 1 WHERE low_id IN @others AND high_id = @newId
            """, new { newId, others });
        return others;
    }

    public Task SetAsync(StoreTransaction transaction, long ownerId, long peerId, ContactState state, string? text) => state == ContactState.None
        ? transaction.ExecuteAsync("DELETE FROM contacts WHERE owner_id = @ownerId AND peer_id = @peerId", new { ownerId, peerId })
        : transaction.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state, request_text) VALUES (@ownerId, @peerId, @state, @text)
            ON DUPLICATE KEY UPDATE state = @state, request_text = COALESCE(@text, request_text)
            """, new { ownerId, peerId, state = (byte)state, text });

    /// <summary>
    /// Who may write in the conversation of these two has changed: it waits for the messages that are being written there, and those that
    /// follow are judged by what this transaction, with that, commits.
    /// </summary>
    public Task CommitRightsAsync(StoreTransaction transaction, long one, long other) => transaction.CommitWithAsync(
        "UPDATE conversations SET rights_version = rights_version + 1 WHERE low_id = @low AND high_id = @high", new { low = Math.Min(one, other), high = Math.Max(one, other) });

    /// <summary>Members that are null stay; an empty text becomes none.</summary>
    public Task ChangeAsync(StoreTransaction transaction, long ownerId, long peerId, ChangeContactRequest change) => transaction.ExecuteAsync("""
        UPDATE contacts SET alias = NULLIF(COALESCE(@Alias, alias), ''), label = NULLIF(COALESCE(@Label, label), ''),
            vip = COALESCE(@Vip, vip), hidden_from = COALESCE(@HiddenFrom, hidden_from)
        WHERE owner_id = @ownerId AND peer_id = @peerId
        """, new { ownerId, peerId, change.Alias, change.Label, change.Vip, change.HiddenFrom });
}
