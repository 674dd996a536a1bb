using System.Text.Json;
using Dapper;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
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
    public string? Title { get; init; }
    public long? CreatorId { get; init; }
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

/// <summary>Somebody who left a conference with the line <paramref name="LeftSeq"/>.</summary>
internal sealed record FormerMember(long ConversationId, long AccountId, string Username, string DisplayName, long LeftSeq)
{
    public UserView ToView() => new(AccountId.ToString(), Username, DisplayName);
}

/// <summary>Whose the conversation is, and from where on.</summary>
internal sealed record Membership(long ConversationId, long AccountId, long FirstSeq);

/// <summary>Where a conversation of somebody begins for them and how far it is numbered.</summary>
internal sealed record NumberedConversation(long Id, long FirstSeq, long LastSeq, DateTime ChangedAt);

internal sealed class ConversationStore(Store store)
{
    private const string Select = """
        SELECT c.id AS Id, m.account_id AS OwnerId, c.kind AS Kind, c.title AS Title, c.creator_id AS CreatorId,
            GREATEST(c.first_seq, m.first_seq) AS FirstSeq, c.last_seq AS LastSeq, m.read_seq AS ReadSeq,
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

    /// <summary>Who is in each of these, and how far they have read.</summary>
    public async Task<ILookup<long, (long AccountId, long ReadSeq)>> ReadMarksAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long Id, long AccountId, long ReadSeq)>(
            "SELECT conversation_id, account_id, read_seq FROM conversation_members WHERE conversation_id IN @ids", new { ids })))
        .ToLookup(row => row.Id, row => (row.AccountId, row.ReadSeq));

    public async Task<ILookup<long, FormerMember>> FormerMembersAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<FormerMember>("""
            SELECT f.conversation_id AS ConversationId, f.account_id AS AccountId, a.username AS Username, a.display_name AS DisplayName, f.left_seq AS LeftSeq
            FROM former_members f JOIN accounts a ON a.id = f.account_id
            WHERE f.conversation_id IN @ids ORDER BY f.left_seq DESC
            """, new { ids }))).ToLookup(member => member.ConversationId);

    public async Task<IReadOnlyList<Membership>> MembershipsAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<Membership>(
            "SELECT conversation_id AS ConversationId, account_id AS AccountId, first_seq AS FirstSeq FROM conversation_members WHERE conversation_id IN @ids",
            new { ids }))).AsList();

    /// <summary>The memberships of some people; a superset of the pairs that belong together.</summary>
    public async Task<IReadOnlyList<Membership>> MembershipsAsync(IReadOnlyCollection<long> ids, IReadOnlyCollection<long> accountIds) =>
        (await store.RunAsync(connection => connection.QueryAsync<Membership>("""
            SELECT conversation_id AS ConversationId, account_id AS AccountId, first_seq AS FirstSeq FROM conversation_members
            WHERE conversation_id IN @ids AND account_id IN @accountIds
            """, new { ids, accountIds }))).AsList();

    /// <summary>Those that are conferences.</summary>
    public async Task<IReadOnlySet<long>> ConferencesAmongAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<long>("SELECT id FROM conversations WHERE id IN @ids AND kind = 'conference'", new { ids }))).ToHashSet();

    /// <summary>All conversations of each of these people.</summary>
    public async Task<ILookup<long, NumberedConversation>> NumberedAsync(IReadOnlyCollection<long> accountIds) => (await store.RunAsync(connection =>
        connection.QueryAsync<NumberedRow>(NumberedRow.Select + "WHERE m.account_id IN @accountIds", new { accountIds }))).ToLookup(row => row.AccountId, row => row.Conversation);

    /// <summary>Every conversation that a person is or was in.</summary>
    public async Task<IReadOnlyList<long>> EverInAsync(long accountId) => (await store.RunAsync(connection => connection.QueryAsync<long>("""
        SELECT conversation_id FROM conversation_members WHERE account_id = @accountId
        UNION SELECT conversation_id FROM former_members WHERE account_id = @accountId
        """, new { accountId }))).AsList();

    /// <summary>How far given conversations are numbered.</summary>
    public async Task<IReadOnlyList<(long Id, long LastSeq)>> LastSeqsAsync(IReadOnlyCollection<long> ids) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long, long)>("SELECT id, last_seq FROM conversations WHERE id IN @ids", new { ids }))).AsList();

    /// <summary>Those of them with a message sent at or after <paramref name="since"/>.</summary>
    public async Task<ILookup<long, NumberedConversation>> ChangedSinceAsync(IReadOnlyCollection<long> accountIds, DateTime since) => (await store.RunAsync(connection =>
        connection.QueryAsync<NumberedRow>(NumberedRow.Select + "WHERE m.account_id IN @accountIds AND c.changed_at >= @since AND c.last_seq > 0", new { accountIds, since })))
        .ToLookup(row => row.AccountId, row => row.Conversation);

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

    /// <summary>
    /// People come in with the lines <paramref name="firstSeq"/> and following, one each, which are the first that they see. The
    /// transaction has locked the conversation.
    /// </summary>
    public Task AddMembersAsync(StoreTransaction transaction, long id, IReadOnlyCollection<long> people, long firstSeq) => transaction.ExecuteAsync("""
        INSERT INTO conversation_members (conversation_id, account_id, read_seq, first_seq)
        SELECT @id, account_id, @firstSeq + n - 2, @firstSeq + n - 1
        FROM JSON_TABLE(@people, '$[*]' COLUMNS (n FOR ORDINALITY, account_id BIGINT PATH '$')) people;
        DELETE FROM former_members WHERE conversation_id = @id AND account_id IN @accountIds
        """, new { id, firstSeq, people = JsonSerializer.Serialize(people), accountIds = people });

    /// <summary>Somebody leaves with the line <paramref name="leftSeq"/>. The transaction has locked the conversation.</summary>
    public Task RemoveMemberAsync(StoreTransaction transaction, long id, long accountId, long leftSeq) => transaction.ExecuteAsync("""
        DELETE FROM conversation_members WHERE conversation_id = @id AND account_id = @accountId;
        INSERT INTO former_members (conversation_id, account_id, left_seq) VALUES (@id, @accountId, @leftSeq) ON DUPLICATE KEY UPDATE left_seq = @leftSeq
        """, new { id, accountId, leftSeq });

    /// <summary>
    /// Moves the mark, which never goes back, and commits, in one round trip: whatever this person sends waits for the row, and with it what goes in the
    /// same batch. Null where it did not move.
    /// </summary>
    public Task<Change?> MarkReadAsync(StoreTransaction transaction, ChangeStore changes, long id, long accountId, long seq) => changes.CommitAsync(transaction,
        "UPDATE conversation_members SET read_seq = @Seq WHERE conversation_id = @ConversationId AND account_id = @AccountId AND read_seq < @Seq",
        new Change(0, ChangeKind.Read, accountId, 0, id, seq));

    private sealed class NumberedRow
    {
        public const string Select = """
            SELECT m.account_id AS AccountId, c.id AS Id, GREATEST(c.first_seq, m.first_seq) AS FirstSeq, c.last_seq AS LastSeq, c.changed_at AS ChangedAt
            FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id

            """;

        public long AccountId { get; init; }
        public long Id { get; init; }
        public long FirstSeq { get; init; }
        public long LastSeq { get; init; }
        public DateTime ChangedAt { get; init; }

        public NumberedConversation Conversation => new(Id, FirstSeq, LastSeq, ChangedAt);
    }
}
