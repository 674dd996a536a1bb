using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Console;

internal sealed record Admin(int Id, string Username, string PasswordHash);

internal sealed class AdminStore(Store store)
{
    public Task<Admin?> FindAsync(string username) => store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Admin>(
        "SELECT id, username, password_hash AS passwordHash FROM admins WHERE username = @username", new { username }));

    /// <summary>False where the name exists and <paramref name="renew"/> does not allow to replace its password. A new password ends the old sessions.</summary>
    public Task<bool> PutAsync(string username, string passwordHash, bool renew) => store.TransactAsync(async transaction =>
    {
        var wanted = new { username, passwordHash };
        await transaction.ExecuteAsync("""
            INSERT IGNORE INTO admins (username, password_hash, created_at) VALUES (@username, @passwordHash, UTC_TIMESTAMP(6))
            """, wanted);
        if (renew)
        {
            await transaction.ExecuteAsync("UPDATE admins SET password_hash = @passwordHash WHERE username = @username", wanted);
            await transaction.ExecuteAsync("DELETE s FROM console_sessions s JOIN admins a ON a.id = s.admin_id WHERE a.username = @username", wanted);
        }

        return await transaction.QuerySingleAsync<long>("SELECT COUNT(*) FROM admins WHERE username = @username AND password_hash = @passwordHash", wanted) == 1;
    });
}
