using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Schema;

/// <summary>What the server of the store says of itself.</summary>
internal sealed record StoreServer(string Version, long FlushLogAtCommit, long MaxConnections)
{
    /// <summary>Null where a committed message survives the loss of power, else what to change.</summary>
    public string? NotDurableBecause => FlushLogAtCommit == 1
        ? null
        : $"innodb_flush_log_at_trx_commit is {FlushLogAtCommit}: a message that was answered may be lost with the power. Set it to 1 in the server's configuration.";
}

internal sealed record Enrolled(long Nodes, long Gateways, long Admins);

internal sealed class SchemaStore(Store store)
{
    public Task<StoreServer> ServerAsync() => store.RunAsync(connection => connection.QuerySingleAsync<StoreServer>("""
        SELECT VERSION() AS version, CAST(@@global.innodb_flush_log_at_trx_commit AS SIGNED) AS flushLogAtCommit,
               CAST(@@global.max_connections AS SIGNED) AS maxConnections
        """));

    /// <summary>The newest migration that was applied; null where there is no schema yet.</summary>
    public Task<int?> NumberAsync() => store.RunAsync(async connection =>
    {
        var exists = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'");
        return exists == 0 ? null : await connection.ExecuteScalarAsync<int?>("SELECT MAX(number) FROM schema_migrations");
    });

    public Task<Enrolled> EnrolledAsync() => store.RunAsync(connection => connection.QuerySingleAsync<Enrolled>("""
        SELECT (SELECT COUNT(*) FROM nodes) AS nodes, (SELECT COUNT(*) FROM gateways) AS gateways, (SELECT COUNT(*) FROM admins) AS admins
        """));
}
