using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Impact;

/// <summary>Responsible for finding who uses how much of what options limit.</summary>
internal sealed class ImpactStore(Store store)
{
    // The others count how many are over; these by how much the one number of the policy set is.
    private static readonly string[] OfWholeSets = ["sessions.maxConnectedUsers", "accounts.max"];

    // Each answers LimitUse rows above @least, of the policy sets @setIds.
    private static readonly Dictionary<string, (string What, string Sql)> Uses = new()
    {
        ["contacts.max"] = ("people of this home set", $"""
            SELECT CAST(a.id AS CHAR) AS id, a.home_set_id AS setId, {AccountRoles.Ids} AS roles, COUNT(*) AS used
            FROM contacts c JOIN accounts a ON a.id = c.owner_id AND a.home_set_id IN @setIds
            WHERE c.state IN (1, 3) GROUP BY a.id, a.home_set_id HAVING used > @least
            """),
        ["sessions.maxConnectedUsers"] = ("people connected", """
            SELECT '' AS id, policy_set_id AS setId, '' AS roles, taken AS used FROM place_counters WHERE policy_set_id IN @setIds AND taken > @least
            """),
        ["accounts.max"] = ("accounts of this home set", """
            SELECT '' AS id, home_set_id AS setId, '' AS roles, COUNT(*) AS used FROM accounts
            WHERE home_set_id IN @setIds AND state <> 'erased' GROUP BY home_set_id HAVING used > @least
            """),
        ["sessions.maxPerPerson"] = ("people with sessions here", $"""
            SELECT CAST(s.account_id AS CHAR) AS id, s.policy_set_id AS setId, {AccountRoles.Ids} AS roles, COUNT(*) AS used
            FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.policy_set_id IN @setIds AND s.expires_at > UTC_TIMESTAMP(6) GROUP BY s.account_id, s.policy_set_id HAVING used > @least
            """),
        ["sessions.maxPerAddress"] = ("addresses with sessions here", $"""
            SELECT DISTINCT n.address AS id, s.policy_set_id AS setId, {AccountRoles.Ids} AS roles, n.used
            FROM (SELECT policy_set_id, address, COUNT(*) AS used FROM sessions
                WHERE policy_set_id IN @setIds AND address IS NOT NULL AND expires_at > UTC_TIMESTAMP(6) GROUP BY policy_set_id, address HAVING used > @least) n
            JOIN sessions s ON s.policy_set_id = n.policy_set_id AND s.address = n.address AND s.expires_at > UTC_TIMESTAMP(6)
            JOIN accounts a ON a.id = s.account_id
            """),
        ["conferences.maxMembers"] = ("conferences with somebody of this home set", $"""
            SELECT DISTINCT CAST(n.conversation_id AS CHAR) AS id, a.home_set_id AS setId, {AccountRoles.Ids} AS roles, n.used
            FROM (SELECT m.conversation_id, COUNT(*) AS used FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'conference'
                GROUP BY m.conversation_id HAVING used > @least) n
            JOIN conversation_members m ON m.conversation_id = n.conversation_id
            JOIN accounts a ON a.id = m.account_id AND a.home_set_id IN @setIds
            """),
    };

    /// <summary>The options that this knows how to count.</summary>
    public static IEnumerable<string> Limits => Uses.Keys;

    public static string What(string option) => Uses[option].What;

    public static bool IsOfWholeSets(string option) => OfWholeSets.Contains(option);

    /// <summary>Who uses more than <paramref name="least"/> of it.</summary>
    public async Task<IReadOnlyList<LimitUse>> UsesAsync(string option, IReadOnlyCollection<int> setIds, int least) =>
        (await store.RunAsync(connection => connection.QueryAsync<LimitUse>(Uses[option].Sql, new { setIds, least }))).AsList();

    /// <summary>How many people have a place under one of these sets, and how many are at home in one.</summary>
    public Task<PeopleCount> PeopleAsync(IReadOnlyCollection<int> setIds) => store.RunAsync(connection => connection.QuerySingleAsync<PeopleCount>("""
        SELECT (SELECT COUNT(DISTINCT account_id) FROM places WHERE policy_set_id IN @setIds) AS connected,
            (SELECT COUNT(*) FROM accounts WHERE home_set_id IN @setIds AND state <> 'erased') AS atHome
        """, new { setIds }));

    /// <summary>Who holds the role; of a default role also those who hold none that is not one.</summary>
    public Task<int> HoldersAsync(int roleId, bool isDefault, IReadOnlyCollection<int> others) => store.RunAsync(connection => connection.QuerySingleAsync<int>("""
        SELECT COUNT(*) FROM accounts a WHERE a.state <> 'erased' AND (
            EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = a.id AND r.role_id = @roleId)
            OR @isDefault AND NOT EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = a.id AND r.role_id IN @others))
        """, new { roleId, isDefault, others = others.Append(0) }));
}
