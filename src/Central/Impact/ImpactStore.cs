using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Impact;

/// <summary>Responsible for counting who uses how much of what options limit.</summary>
internal sealed class ImpactStore(Store store)
{
    // Each answers how many are over @limit in the policy set @setId, and the most that one of them uses.
    private static readonly Dictionary<string, (string What, string Sql)> Uses = new()
    {
        ["contacts.max"] = ("people of this home set", """
            SELECT COUNT(*) AS count, COALESCE(MAX(used), 0) AS highest FROM (
                SELECT COUNT(*) AS used FROM contacts c JOIN accounts a ON a.id = c.owner_id AND a.home_set_id = @setId
                WHERE c.state IN (1, 3) GROUP BY c.owner_id HAVING used > @limit) over_limit
            """),
        ["sessions.maxConnectedUsers"] = ("people connected", """
            SELECT GREATEST(taken - @limit, 0) AS count, IF(taken > @limit, taken, 0) AS highest FROM place_counters WHERE policy_set_id = @setId
            """),
        ["accounts.max"] = ("accounts of this home set", """
            SELECT GREATEST(COUNT(*) - @limit, 0) AS count, IF(COUNT(*) > @limit, COUNT(*), 0) AS highest FROM accounts WHERE home_set_id = @setId AND state <> 'erased'
            """),
        ["sessions.maxPerPerson"] = ("people with sessions here", """
            SELECT COUNT(*) AS count, COALESCE(MAX(used), 0) AS highest FROM (
                SELECT COUNT(*) AS used FROM sessions WHERE policy_set_id = @setId AND expires_at > UTC_TIMESTAMP(6) GROUP BY account_id HAVING used > @limit) over_limit
            """),
        ["conferences.maxMembers"] = ("conferences with somebody of this home set", """
            SELECT COUNT(*) AS count, COALESCE(MAX(used), 0) AS highest FROM (
                SELECT COUNT(*) AS used FROM conversations c JOIN conversation_members m ON m.conversation_id = c.id JOIN accounts a ON a.id = m.account_id
                WHERE c.kind = 'conference' GROUP BY c.id HAVING used > @limit AND MAX(a.home_set_id = @setId) = 1) over_limit
            """),
    };

    public static bool Knows(string option) => Uses.ContainsKey(option);

    public static string What(string option) => Uses[option].What;

    public Task<Usage> OverAsync(string option, int setId, int limit) => store.RunAsync(async connection =>
        await connection.QueryFirstOrDefaultAsync<Usage>(Uses[option].Sql, new { setId, limit }) ?? new Usage());

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
