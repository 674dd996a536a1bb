using System.Data.Common;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Load.Setup;

/// <summary>
/// Responsible for the load tool's own statements. They run synchronously on a thread of the pool: the driver reads warnings synchronously
/// even in its asynchronous calls, and where sockets are handled on the thread that noticed them, that thread would wait for itself.
/// </summary>
internal sealed class StoreLine(string connectionString, int connections = 4) : IAsyncDisposable
{
    private readonly StoreConnections _connections = new(Options.Create(new StoreOptions { ConnectionString = connectionString, MaxConnections = connections }));

    public async Task<T> RunAsync<T>(Func<DbConnection, T> work)
    {
        var connection = await _connections.TakeAsync();
        var healthy = false;
        try
        {
            var result = await Task.Run(() => work(connection));
            healthy = true;
            return result;
        }
        finally
        {
            _connections.GiveBack(connection, healthy);
        }
    }

    public async ValueTask DisposeAsync() => await _connections.DisposeAsync();
}
