using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Console;

/// <summary>An administrator who is signed in.</summary>
internal sealed record ConsoleSession(byte[] TokenHash, string Username);

internal sealed class ConsoleSessionStore(Store store)
{
    /// <summary>Adds a session and clears away ended ones; answers its end by the store's clock.</summary>
    public Task<DateTime> AddAsync(byte[] tokenHash, int adminId, int hours) => store.TransactAsync(async transaction =>
    {
        await transaction.ExecuteAsync("DELETE FROM console_sessions WHERE expires_at < UTC_TIMESTAMP(6)");
        var session = new { tokenHash, adminId, hours };
        await transaction.ExecuteAsync("""
            INSERT IGNORE INTO console_sessions (token_hash, admin_id, created_at, expires_at)
            VALUES (@tokenHash, @adminId, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL @hours HOUR)
            """, session);
        return await transaction.QuerySingleAsync<DateTime>("SELECT expires_at FROM console_sessions WHERE token_hash = @tokenHash", session);
    });

    public Task<ConsoleSession?> FindAsync(byte[] tokenHash) => store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<ConsoleSession>("""
        SELECT s.token_hash AS tokenHash, a.username FROM console_sessions s JOIN admins a ON a.id = s.admin_id
        WHERE s.token_hash = @tokenHash AND s.expires_at > UTC_TIMESTAMP(6)
        """, new { tokenHash }));

    public Task EndAsync(byte[] tokenHash) =>
        store.RunAsync(connection => connection.ExecuteAsync("DELETE FROM console_sessions WHERE token_hash = @tokenHash", new { tokenHash }));
}
