using Dapper;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conversations;

internal static class ConversationKind
{
    public const string Direct = "direct";
    public const string Conference = "conference";
}

/// <summary>A conversation as one of its members has it.</summary>
internal sealed class StoredConversation
{
    public long Id { get; init; }
    public long OwnerId { get; init; }
    public string Kind { get; init; } = "";
    public long FirstSeq { get; init; }
    public long LastSeq { get; init; }
    public long ReadSeq { get; init; }
    public string? LastKind { get; init; }
    public long LastSenderId { get; init; }
    public string? LastText { get; init; }
    public DateTime? LastSentAt { get; init; }
    public DateTime? LastEditedAt { get; init; }
}

internal sealed record ConversationMember(long ConversationId, long AccountId, string Username, string DisplayName)
{
    public UserView ToView() => new(AccountId.ToString(), Username, DisplayName);
}

internal sealed class ConversationStore(Store store)
{
    private const string Select = """
        SELECT c.id AS Id, m.account_id AS OwnerId, c.kind AS Kind, c.first_seq AS FirstSeq, c.last_seq AS LastSeq, m.read_seq AS ReadSeq,
            l.kind AS LastKind, COALESCE(l.sender_id, 0) AS LastSenderId, l.text AS LastText, l.sent_at AS LastSentAt, l.edited_at AS LastEditedAt
        FROM conversation_members m
        JOIN conversations c ON c.id = m.conversation_id
        LEFT JOIN messages l ON l.conversation_id = c.id AND l.seq = c.last_seq

        """;

    public async Task<IReadOnlyList<StoredConversation>> ListAsync(long accountId, long after, int limit) => (await store.RunAsync(connection =>
        connection.QueryAsync<StoredConversation>(Select + "WHERE m.account_id = @accountId AND c.id > @after ORDER BY c.id LIMIT @limit",
            new { accountId, after, limit }))).AsList();

    public async Task<IReadOnlyList<StoredConversation>> FindManyAsync(IReadOnlyCollection<long> accountIds, IReadOnlyCollection<long> ids) =>
        (await store.RunAsync(connection => connection.QueryAsync<StoredConversation>(
            Select + "WHERE m.account_id IN @accountIds AND c.id IN @ids", new { accountIds, ids }))).AsList();

    public async Task<ILookup<long, ConversationMember>> MembersAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<ConversationMember>("""
            SELECT m.conversation_id AS ConversationId, m.account_id AS AccountId, a.username AS Username, a.display_name AS DisplayName
            FROM conversation_members m JOIN accounts a ON a.id = m.account_id
            WHERE m.conversation_id IN @ids ORDER BY m.account_id
            """, new { ids }))).ToLookup(member => member.ConversationId);

    public async Task<ILookup<long, long>> MemberIdsAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long Id, long AccountId)>(
            "SELECT conversation_id, account_id FROM conversation_members WHERE conversation_id IN @ids", new { ids })))
        .ToLookup(row => row.Id, row => row.AccountId);

    /// <summary>The ids of all conversations of a person and how far each is numbered.</summary>
    public async Task<IReadOnlyList<(long Id, long LastSeq)>> LastSeqsAsync(long accountId) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long, long)>("""
            SELECT c.id, c.last_seq FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id WHERE m.account_id = @accountId
            """, new { accountId }))).AsList();

    /// <summary>The same for given conversations.</summary>
    public async Task<IReadOnlyList<(long Id, long LastSeq)>> LastSeqsAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long, long)>("SELECT id, last_seq FROM conversations WHERE id IN @ids", new { ids }))).AsList();

    /// <summary>Conversations of a person with a message sent at or after <paramref name="since"/>.</summary>
    public async Task<IReadOnlyList<long>> ChangedSinceAsync(long accountId, DateTime since) => (await store.RunAsync(connection => connection.QueryAsync<long>("""
        SELECT c.id FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.account_id = @accountId AND c.changed_at >= @since AND c.last_seq > 0
        """, new { accountId, since }))).AsList();

    public Task<long?> FindDirectAsync(StoreTransaction transaction, long low, long high) => transaction.QueryFirstOrDefaultAsync<long?>(
        "SELECT id FROM conversations WHERE low_id = @low AND high_id = @high", new { low, high });

    /// <summary>A new direct conversation. Two that race for it: the unique index lets one pair exist once.</summary>
    public Task<long> InsertDirectAsync(StoreTransaction transaction, long low, long high) => transaction.QuerySingleAsync<long>("""
        INSERT INTO conversations (kind, low_id, high_id, first_seq, last_seq, changed_at)
        SELECT 'direct', @low, @high, 1, 0, now FROM store_clock;
        SET @id = LAST_INSERT_ID();
        INSERT INTO conversation_members (conversation_id, account_id, read_seq) VALUES (@id, @low, 0), (@id, @high, 0);
        SELECT @id
        """, new { low, high });

    /// <summary>True where the mark moved; it never goes back.</summary>
    public async Task<bool> MarkReadAsync(StoreTransaction transaction, long id, long accountId, long seq) => await transaction.ExecuteAsync("""
        UPDATE conversation_members SET read_seq = @seq WHERE conversation_id = @id AND account_id = @accountId AND read_seq < @seq
        """, new { id, accountId, seq }) > 0;
}
