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
    public PresenceStatus Status { get; init; }
}

internal sealed class WritingStore(Store store)
{
    // Whoever hides from me is offline to me, in what I may do too.
    private const string Select = """
        SELECT m.owner_id IS NOT NULL AND t.owner_id IS NOT NULL AS AreContacts, COALESCE(m.hidden_from, FALSE) AS IHide, a.home_set_id AS HomeSetId,
            CASE WHEN t.hidden_from THEN 9 ELSE COALESCE(p.status, 9) END AS Status
        FROM accounts a
        LEFT JOIN contacts m ON m.owner_id = @me AND m.peer_id = a.id AND m.state = 3
        LEFT JOIN contacts t ON t.owner_id = a.id AND t.peer_id = @me AND t.state = 3
        LEFT JOIN presence p ON p.account_id = a.id
        WHERE a.state = 'active'

        """;

    /// <summary>Null where there is no such active account.</summary>
    public Task<Recipient?> FindAsync(long me, long them) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Recipient>(Select + "AND a.id = @them", new { me, them }));

    /// <summary>Those of these people who have an active account.</summary>
    public async Task<IReadOnlyList<Recipient>> FindManyAsync(long me, IReadOnlyCollection<long> people) =>
        (await store.RunAsync(connection => connection.QueryAsync<Recipient>(Select + "AND a.id IN @people", new { me, people }))).AsList();
}
