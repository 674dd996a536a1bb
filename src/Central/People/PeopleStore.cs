using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.People;

internal sealed class PeopleStore(Store store)
{
    // Of a session that ended, as nodes write it: that is how they notice.
    private const int SessionChanged = 7;

    private const string Found = """
        SELECT a.username_key, a.id AS Id, a.username AS Username, a.display_name AS DisplayName, h.name AS PolicySet, a.created_at AS CreatedAt,
            u.last_used_at AS LastUsedAt, u.locked_until AS LockedUntil, h.outdated > 0 AND u.idle_days >= h.outdated AS Outdated,
            CASE WHEN a.state = 'active' AND (u.is_locked OR h.inactive > 0 AND u.idle_days >= h.inactive OR h.without_contacts > 0 AND u.days_without_contact >= h.without_contacts)
                THEN 'locked' ELSE a.state END AS State,
            (SELECT COUNT(*) FROM sessions s WHERE s.account_id = a.id AND s.expires_at > UTC_TIMESTAMP(6)) AS Sessions
        FROM JSON_TABLE(@homes, '$[*]' COLUMNS (id INT PATH '$.id', name VARCHAR(64) PATH '$.key', outdated INT PATH '$.outdated', inactive INT PATH '$.inactive', without_contacts INT PATH '$.withoutContacts')) h
        JOIN accounts a ON a.home_set_id = h.id
        JOIN account_use u ON u.account_id = a.id
        WHERE a.state <> 'erased'

        """;

    public async Task<IReadOnlyList<PersonItem>> ListAsync(PeopleQuery query, IReadOnlyList<HomeRules> homes, int most) => [.. (await store.RunAsync(connection => connection.QueryAsync<Row>($"""
        SELECT * FROM ({Found} AND a.username_key > @After AND (a.username_key LIKE @prefix OR a.display_name LIKE @prefix)) found
        WHERE (@State IS NULL OR State = @State) AND (@Outdated IS NULL OR Outdated = @Outdated) ORDER BY username_key LIMIT @most
        """, new { homes = Serialized(homes), query.After, query.State, query.Outdated, prefix = Escaped(query.Query!) + "%", most }))).Select(row => row.ToItem())];

    public async Task<PersonItem?> FindAsync(string key, IReadOnlyList<HomeRules> homes) => (await store.RunAsync(connection =>
        connection.QueryFirstOrDefaultAsync<Row>(Found + "AND a.username_key = @key", new { homes = Serialized(homes), key })))?.ToItem();

    /// <summary>
    /// Null where it is done, was done before, or where there is no such account; else the state in which it cannot be done. Sessions end in the
    /// same transaction, and nodes read of it in the journal; the places that they held are freed as those of any session that is gone.
    /// </summary>
    public Task<string?> ChangeAsync(string key, StateChange change) => store.TransactAsync(async transaction =>
    {
        var (id, state) = await transaction.QueryFirstOrDefaultAsync<(long, string?)>("SELECT id, state FROM accounts WHERE username_key = @key AND state <> 'erased' FOR UPDATE", new { key });
        if (state is null || state == change.To && !change.From.Contains(state)) return null;
        if (!change.From.Contains(state)) return state;
        await transaction.ExecuteAsync("UPDATE accounts SET state = @To WHERE id = @id", new { id, change.To });
        if (change.StartsAnew)
            await transaction.ExecuteAsync("UPDATE accounts SET password_errors = 0, sign_in_locked_until = NULL, unlocked_at = (SELECT now FROM store_clock) WHERE id = @id", new { id });
        if (change.SignsOut)
        {
            await transaction.ExecuteAsync("""
                INSERT INTO changes (at, kind, account_id, other_id) SELECT c.now, @SessionChanged, s.account_id, s.id FROM store_clock c JOIN sessions s ON s.account_id = @id;
                DELETE FROM sessions WHERE account_id = @id
                """, new { id, SessionChanged });
        }

        return null;
    });

    /// <summary>Gives the account another home set, and tells nodes that what they remember of people is old. False where there is no such account or set.</summary>
    public Task<bool> MoveAsync(string key, SheetId home) => store.TransactAsync(async transaction =>
    {
        if (await SheetStore.LockAsync(transaction, home) is null) return false;
        if (await transaction.QueryFirstOrDefaultAsync<long?>("SELECT id FROM accounts WHERE username_key = @key AND state <> 'erased' FOR UPDATE", new { key }) is not { } id) return false;
        if (await transaction.ExecuteAsync("UPDATE accounts SET home_set_id = @OwnerId WHERE id = @id AND home_set_id <> @OwnerId", new { id, home.OwnerId }) > 0)
            await HoldersVersion.RaiseAsync(transaction, id);
        return true;
    });

    private static string Serialized(IReadOnlyList<HomeRules> homes) => JsonSerializer.Serialize(homes, Json.Options);

    private static string Escaped(string text) => text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_");

    private sealed class Row
    {
        public long Id { get; init; }
        public string Username { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string State { get; init; } = "";
        public string PolicySet { get; init; } = "";
        public DateTime CreatedAt { get; init; }
        public DateTime LastUsedAt { get; init; }
        public DateTime? LockedUntil { get; init; }
        public bool Outdated { get; init; }
        public int Sessions { get; init; }

        public PersonItem ToItem() => new($"{Id}", Username, DisplayName, State, PolicySet, CreatedAt, LastUsedAt, LockedUntil, Outdated, Sessions);
    }
}
