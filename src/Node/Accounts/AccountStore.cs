using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Accounts;

internal sealed class AccountStore(Store store, IEnumerable<INewAccountPart> parts)
{
    private const string Select = """
        SELECT id AS Id, username AS Username, display_name AS DisplayName, password_hash AS PasswordHash, state AS State, home_set_id AS HomeSetId,
            created_at AS CreatedAt,
            COALESCE((SELECT GROUP_CONCAT(r.role_id ORDER BY r.role_id) FROM account_roles r WHERE r.account_id = accounts.id), '') AS Roles
        FROM accounts

        """;

    public Task<Account?> FindByNameAsync(string usernameKey) => FirstAsync("WHERE username_key = @usernameKey", new { usernameKey });

    public Task<Account?> FindAsync(long id) => FirstAsync("WHERE id = @id AND state <> 'erased'", new { id });

    /// <summary>The account, or null where the name, or one that looks like it, is taken.</summary>
    public async Task<Account?> InsertAsync(NewAccount account)
    {
        try
        {
            return await store.TransactAsync(transaction => InsertAsync(transaction, account));
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return null;
        }
    }

    /// <summary>The same in a transaction of the caller; fails as a duplicate where the name is taken.</summary>
    public async Task<Account> InsertAsync(StoreTransaction transaction, NewAccount account)
    {
        var id = await transaction.QuerySingleAsync<long>("""
            INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
            SELECT @Written, @Key, @Skeleton, @DisplayName, @PasswordHash, 'active', @HomeSetId, now FROM store_clock;
            SET @id = LAST_INSERT_ID();
            INSERT INTO presence (account_id, status, changed_at) SELECT @id, 9, now FROM store_clock;
            INSERT INTO contact_lists (account_id) VALUES (@id);
            SELECT @id
            """, new { account.Name.Written, account.Name.Key, account.Name.Skeleton, account.DisplayName, account.PasswordHash, account.HomeSetId });
        foreach (var part in parts) await part.MadeAsync(transaction, id);
        return await transaction.QuerySingleAsync<Account>(Select + "WHERE id = @id", new { id });
    }

    public Task RenameAsync(long id, string displayName) =>
        ExecuteAsync("UPDATE accounts SET display_name = @displayName WHERE id = @id", new { id, displayName });

    public Task ChangePasswordAsync(long id, string passwordHash) =>
        ExecuteAsync("UPDATE accounts SET password_hash = @passwordHash WHERE id = @id", new { id, passwordHash });

    /// <summary>Frees the name and forgets who it was; the number stays, because messages point at it.</summary>
    public Task EraseAsync(long id) => ExecuteAsync("""
        UPDATE accounts SET username = '', username_key = CONCAT('erased ', id), username_skeleton = CONCAT('erased ', id), display_name = '',
            password_hash = '', state = 'erased'
        WHERE id = @id
        """, new { id });

    private Task<Account?> FirstAsync(string where, object parameters) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Account>(Select + where, parameters));

    private Task ExecuteAsync(string sql, object parameters) => store.RunAsync(connection => connection.ExecuteAsync(sql, parameters));
}
