using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>A transaction of a program that is slow to commit.</summary>
internal sealed class HeldTransaction : IAsyncDisposable
{
    private readonly StoreConnections _connections;
    private readonly DbConnection _connection;

    private HeldTransaction(StoreConnections connections, DbConnection connection) =>
        (_connections, _connection) = (connections, connection);

    public static async Task<HeldTransaction> BeginAsync(TestCluster cluster)
    {
        var connections = StoreFixture.Connect(cluster.Database);
        var connection = await connections.TakeAsync();
        await connection.ExecuteAsync("SET SESSION idle_transaction_timeout = 0; START TRANSACTION");
        return new HeldTransaction(connections, connection);
    }

    public Task ExecuteAsync(string sql, object parameters) => _connection.ExecuteAsync(sql, parameters);

    /// <summary>The number of the row that it wrote last.</summary>
    public Task<long> LastIdAsync() => _connection.ExecuteScalarAsync<long>("SELECT LAST_INSERT_ID()");

    /// <summary>Until the store's clock has gone on by this much: several sweeps.</summary>
    public Task StaysOpenAsync(int seconds) => _connection.ExecuteAsync("DO SLEEP(@seconds)", new { seconds });

    public Task CommitAsync() => _connection.ExecuteAsync("COMMIT");

    public async ValueTask DisposeAsync()
    {
        _connections.GiveBack(_connection, healthy: false);
        await _connections.DisposeAsync();
    }
}
