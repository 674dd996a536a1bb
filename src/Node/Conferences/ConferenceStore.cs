using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conferences;

/// <summary>A conference whose row the transaction has locked, and who is in it.</summary>
internal sealed record LockedConference(long Id, long CreatorId, IReadOnlySet<long> Members);

/// <summary>What somebody created with a client's id before.</summary>
internal sealed record CreatedConference(long Id, byte[] ClientDigest);

internal sealed class ConferenceStore(Store store)
{
    public Task<CreatedConference?> FindCreatedAsync(long creatorId, byte[] clientId) => store.RunAsync(connection =>
        connection.QueryFirstOrDefaultAsync<CreatedConference>(
            "SELECT id AS Id, client_digest AS ClientDigest FROM conversations WHERE creator_id = @creatorId AND client_id = @clientId", new { creatorId, clientId }));

    /// <summary>A new one without members. A repeated <paramref name="clientId"/> fails as a duplicate.</summary>
    public Task<long> InsertAsync(StoreTransaction transaction, long creatorId, string? title, byte[] clientId, byte[] digest) => transaction.QuerySingleAsync<long>("""
        INSERT INTO conversations (kind, first_seq, last_seq, changed_at, title, creator_id, client_id, client_digest)
        SELECT 'conference', 1, 0, now, @title, @creatorId, @clientId, @digest FROM store_clock;
        SELECT LAST_INSERT_ID()
        """, new { creatorId, title, clientId, digest });

    /// <summary>
    /// Locked until the transaction ends, against everybody who comes, goes or writes: a send takes its number from the same row. Who is in it
    /// is read after the lock was had. Null where there is no such conference.
    /// </summary>
    public async Task<LockedConference?> LockAsync(StoreTransaction transaction, long id)
    {
        if (await transaction.QueryFirstOrDefaultAsync<long?>("SELECT creator_id FROM conversations WHERE id = @id AND kind = 'conference' FOR UPDATE", new { id }) is not { } creatorId)
            return null;
        var members = await transaction.QueryAsync<long>("SELECT account_id FROM conversation_members WHERE conversation_id = @id", new { id });
        return new LockedConference(id, creatorId, members.ToHashSet());
    }

    /// <summary>The conferences that somebody is in.</summary>
    public async Task<IReadOnlyList<long>> OfAsync(long accountId) => (await store.RunAsync(connection => connection.QueryAsync<long>("""
        SELECT c.id FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id WHERE m.account_id = @accountId AND c.kind = 'conference' ORDER BY c.id
        """, new { accountId }))).AsList();
}
