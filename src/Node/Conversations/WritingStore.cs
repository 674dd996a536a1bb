using System.Text.Json;
using Dapper;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conversations;

/// <summary>Somebody whom one may want to write to.</summary>
internal sealed class Recipient
{
    public bool AreContacts { get; init; }
    public bool IHide { get; init; }
    public int HomeSetId { get; init; }

    /// <summary>That they were given.</summary>
    public string Roles { get; init; } = "";
    public PresenceStatus Status { get; init; }
}

/// <summary>One member of one conversation, and what decides whether they may write in it.</summary>
internal sealed class Writer
{
    public long ConversationId { get; init; }
    public long AccountId { get; init; }

    /// <summary>As long as the conversation has this version, all but <see cref="Status"/> stays true.</summary>
    public long RightsVersion { get; init; }
    public string Kind { get; init; } = "";

    /// <summary>Direct conversations: the other one, where that is an active account; else 0.</summary>
    public long PeerId { get; init; }
    public bool AreContacts { get; init; }
    public bool IHide { get; init; }
    public int HomeSetId { get; init; }

    /// <summary>That the other one was given; they change without another version.</summary>
    public string Roles { get; init; } = "";
    public PresenceStatus Status { get; init; }
}

internal sealed class WritingStore(Store store)
{
    // Whoever hides from me is offline to me, in what I may do too.
    private const string Select = $"""
        SELECT m.owner_id IS NOT NULL AND t.owner_id IS NOT NULL AS AreContacts, COALESCE(m.hidden_from, FALSE) AS IHide, a.home_set_id AS HomeSetId,
            {AccountRoles.Ids} AS Roles,
            CASE WHEN t.hidden_from THEN 9 ELSE COALESCE(p.status, 9) END AS Status
        FROM accounts a
        LEFT JOIN contacts m ON m.owner_id = @me AND m.peer_id = a.id AND m.state = 3
        LEFT JOIN contacts t ON t.owner_id = a.id AND t.peer_id = @me AND t.state = 3
        LEFT JOIN presence p ON p.account_id = a.id
        WHERE a.state = 'active'

        """;

    private const string Writers = $"""
        SELECT b.conversation_id AS ConversationId, b.account_id AS AccountId, c.rights_version AS RightsVersion, c.kind AS Kind, COALESCE(a.id, 0) AS PeerId,
            m.owner_id IS NOT NULL AND t.owner_id IS NOT NULL AS AreContacts, COALESCE(m.hidden_from, FALSE) AS IHide, COALESCE(a.home_set_id, 0) AS HomeSetId,
            {AccountRoles.Ids} AS Roles,
            CASE WHEN t.hidden_from THEN 9 ELSE COALESCE(p.status, 9) END AS Status
        FROM JSON_TABLE(@members, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', account_id BIGINT PATH '$[1]')) b
        STRAIGHT_JOIN conversation_members i ON i.conversation_id = b.conversation_id AND i.account_id = b.account_id
        STRAIGHT_JOIN conversations c ON c.id = b.conversation_id
        LEFT JOIN accounts a ON a.id = IF(c.low_id = b.account_id, c.high_id, c.low_id) AND a.state = 'active'
        LEFT JOIN contacts m ON m.owner_id = b.account_id AND m.peer_id = a.id AND m.state = 3
        LEFT JOIN contacts t ON t.owner_id = a.id AND t.peer_id = b.account_id AND t.state = 3
        LEFT JOIN presence p ON p.account_id = a.id
        """;

    /// <summary>Those of them who are members of their conversation.</summary>
    public async Task<IEnumerable<Writer>> FindAsync(IReadOnlyCollection<(long ConversationId, long AccountId)> members) =>
        await store.RunAsync(connection => connection.QueryAsync<Writer>(Writers, new { members = Rows(members) }));

    /// <summary>The same, as a transaction sees it that has locked the conversations.</summary>
    public Task<IEnumerable<Writer>> FindAsync(StoreTransaction transaction, IReadOnlyCollection<(long ConversationId, long AccountId)> members) =>
        transaction.QueryAsync<Writer>(Writers, new { members = Rows(members) });

    private static string Rows(IReadOnlyCollection<(long ConversationId, long AccountId)> members) =>
        JsonSerializer.Serialize(members.Select(member => new[] { member.ConversationId, member.AccountId }));

    /// <summary>Null where there is no such active account.</summary>
    public Task<Recipient?> FindAsync(long me, long them) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Recipient>(Select + "AND a.id = @them", new { me, them }));

    /// <summary>Those of these people who have an active account.</summary>
    public async Task<IReadOnlyList<Recipient>> FindManyAsync(long me, IReadOnlyCollection<long> people) =>
        (await store.RunAsync(connection => connection.QueryAsync<Recipient>(Select + "AND a.id IN @people", new { me, people }))).AsList();
}
