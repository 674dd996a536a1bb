using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Accounts;

/// <param name="Account">Null where it was not made.</param>
internal sealed record Inserted(Account? Account, bool IsOverLimit);

internal sealed class AccountStore(Store store, IEnumerable<INewAccountPart> parts)
{
    private const string Select = $"""
        SELECT id AS Id, username AS Username, display_name AS DisplayName, password_hash AS PasswordHash, state AS State, home_set_id AS HomeSetId,
            has_parts AS HasParts, created_at AS CreatedAt, TIMESTAMPDIFF(DAY, COALESCE(password_changed_at, created_at), (SELECT now FROM store_clock)) AS PasswordDays,
            {AccountRoles.Ids} AS Roles
        FROM accounts a

        """;

    public Task<Account?> FindByNameAsync(string usernameKey) => FirstAsync("WHERE username_key = @usernameKey", new { usernameKey });

    public Task<Account?> FindAsync(long id) => FirstAsync("WHERE id = @id AND state <> 'erased'", new { id });

    /// <summary>The account; none where the name, or one that looks like it, is taken, or where there were more than <paramref name="most"/> (0: no limit).</summary>
    public async Task<Inserted> InsertAsync(NewAccount account, int most = 0)
    {
        try
        {
            return await store.TransactAsync(async transaction =>
            {
                var made = await InsertAsync(transaction, account);
                if (!await IsOverAsync(transaction, account.HomeSetId, most)) return new Inserted(made, false);
                transaction.Abandon();
                return new Inserted(null, true);
            });
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return new Inserted(null, false);
        }
    }

    /// <summary>The same in a transaction of the caller; fails as a duplicate where the name is taken.</summary>
    public async Task<Account> InsertAsync(StoreTransaction transaction, NewAccount account)
    {
        var id = await transaction.QuerySingleAsync<long>("""
            INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, has_parts, created_at)
            SELECT @Written, @Key, @Skeleton, @DisplayName, @PasswordHash, @State, @HomeSetId, @State <> 'pending', now FROM store_clock;
            SET @id = LAST_INSERT_ID();
            INSERT INTO presence (account_id, status, changed_at) SELECT @id, 9, now FROM store_clock;
            INSERT INTO contact_lists (account_id) VALUES (@id);
            SELECT @id
            """, new { account.Name.Written, account.Name.Key, account.Name.Skeleton, account.DisplayName, account.PasswordHash, account.State, account.HomeSetId });
        if (account.State != AccountState.Pending) await GiveAsync(transaction, id);
        return await transaction.QuerySingleAsync<Account>(Select + "WHERE id = @id", new { id });
    }

    /// <summary>Gives an account that was approved what every new account of its home set gets, once.</summary>
    public async Task GivePartsAsync(StoreTransaction transaction, long id, int setId)
    {
        if (await transaction.ExecuteAsync("UPDATE accounts SET has_parts = TRUE WHERE id = @id AND home_set_id = @setId AND NOT has_parts", new { id, setId }) > 0) await GiveAsync(transaction, id);
    }

    /// <summary>
    /// Whether the set is the home of more than <paramref name="most"/> accounts (0: no limit), one that this transaction made among them. The
    /// counter of places is locked, by changing it: who makes accounts in this set does so one after the other.
    /// </summary>
    public async Task<bool> IsOverAsync(StoreTransaction transaction, int setId, int most) => most > 0 && await transaction.QuerySingleAsync<int>("""
        UPDATE place_counters SET version = version + 1 WHERE policy_set_id = @setId;
        SELECT COUNT(*) FROM (SELECT 1 FROM accounts WHERE home_set_id = @setId AND state <> 'erased' LIMIT @enough) a
        """, new { setId, enough = most + 1 }) > most;

    /// <summary>A wrong password was given: the one that makes <paramref name="most"/> in a row locks, for <paramref name="minutes"/> (0: until an administrator unlocks). What is locked is not counted.</summary>
    public Task CountErrorAsync(long id, int most, int minutes) => ExecuteAsync("""
        SET @now = (SELECT now FROM store_clock);
        UPDATE accounts SET
            password_errors = IF(sign_in_locked_until IS NULL, password_errors + 1, 1),
            sign_in_locked_until = IF(password_errors < @most, NULL, IF(@minutes = 0, '9999-12-31', @now + INTERVAL @minutes MINUTE))
        WHERE id = @id AND COALESCE(sign_in_locked_until <= @now, TRUE)
        """, new { id, most, minutes });

    /// <summary>The right password was given. What was counted is forgotten, unless the account is locked.</summary>
    public Task<SignInFacts> AdmitAsync(long id) => store.RunAsync(connection => connection.QuerySingleAsync<SignInFacts>("""
        UPDATE accounts SET password_errors = 0, sign_in_locked_until = NULL
        WHERE id = @id AND password_errors > 0 AND COALESCE(sign_in_locked_until <= (SELECT now FROM store_clock), TRUE);
        SELECT a.state AS State, u.is_locked AS IsLocked, u.idle_days AS IdleDays, u.days_without_contact AS DaysWithoutContact
        FROM accounts a JOIN account_use u ON u.account_id = a.id WHERE a.id = @id
        """, new { id }));

    public Task RenameAsync(long id, string displayName) =>
        ExecuteAsync("UPDATE accounts SET display_name = @displayName WHERE id = @id", new { id, displayName });

    public Task ChangePasswordAsync(long id, string passwordHash) =>
        ExecuteAsync("UPDATE accounts SET password_hash = @passwordHash, password_changed_at = (SELECT now FROM store_clock) WHERE id = @id", new { id, passwordHash });

    /// <summary>Frees the name and forgets who it was; the number stays, because messages point at it.</summary>
    public Task EraseAsync(long id) => ExecuteAsync("""
        UPDATE accounts SET username = '', username_key = CONCAT('erased ', id), username_skeleton = CONCAT('erased ', id), display_name = '',
            password_hash = '', state = 'erased'
        WHERE id = @id
        """, new { id });

    private async Task GiveAsync(StoreTransaction transaction, long id)
    {
        foreach (var part in parts) await part.GiveAsync(transaction, id);
    }

    private Task<Account?> FirstAsync(string where, object parameters) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Account>(Select + where, parameters));

    private Task ExecuteAsync(string sql, object parameters) => store.RunAsync(connection => connection.ExecuteAsync(sql, parameters));
}
