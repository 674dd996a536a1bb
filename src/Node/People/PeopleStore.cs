using Dapper;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.People;

internal sealed class FoundPerson
{
    public long Id { get; init; }
    public string Username { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public bool IsListed { get; init; }
    public PresenceStatus Status { get; init; }
}

internal sealed class PeopleStore(Store store)
{
    // Listed: both have accepted. Whoever hides from me is listed, as offline.
    private const string Select = """
        SELECT a.id AS Id, a.username AS Username, a.display_name AS DisplayName, t.owner_id IS NOT NULL AS IsListed,
            CASE WHEN t.hidden_from THEN 9 ELSE COALESCE(p.status, 9) END AS Status
        FROM accounts a
        LEFT JOIN contacts m ON m.owner_id = @accountId AND m.peer_id = a.id AND m.state = 3
        LEFT JOIN contacts t ON t.owner_id = a.id AND t.peer_id = m.owner_id AND t.state = 3
        LEFT JOIN presence p ON p.account_id = t.owner_id

        """;

    public Task<IEnumerable<FoundPerson>> ListedAsync(long accountId, long after, int limit) => QueryAsync(
        Select + "WHERE a.state = 'active' AND t.owner_id IS NOT NULL AND a.id > @after ORDER BY a.id LIMIT @limit", new { accountId, after, limit });

    /// <summary>People whose username or display name begins with <paramref name="text"/>.</summary>
    public Task<IEnumerable<FoundPerson>> FindableAsync(long accountId, string text, long after, int limit)
    {
        var start = text.Normalize(System.Text.NormalizationForm.FormKC).Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";
        return QueryAsync(Select + """
            WHERE a.state = 'active' AND a.id <> @accountId AND a.id > @after AND (a.username_key LIKE @key OR a.display_name LIKE @start)
            ORDER BY a.id LIMIT @limit
            """, new { accountId, start, key = start.ToLowerInvariant(), after, limit });
    }

    /// <summary>Everybody else, by username, from after the one named.</summary>
    public Task<IEnumerable<FoundPerson>> AllAsync(long accountId, string after, int limit) => QueryAsync(
        Select + "WHERE a.state = 'active' AND a.id <> @accountId AND a.username_key > @after ORDER BY a.username_key LIMIT @limit",
        new { accountId, after = after.Normalize(System.Text.NormalizationForm.FormKC).ToLowerInvariant(), limit });

    private Task<IEnumerable<FoundPerson>> QueryAsync(string sql, object parameters) =>
        store.RunAsync(connection => connection.QueryAsync<FoundPerson>(sql, parameters));
}
