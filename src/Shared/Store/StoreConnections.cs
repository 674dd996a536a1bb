using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Shared.Store;

/// <summary>
/// Responsible for a bounded set of open connections, each prepared once with the settings that every promise relies on.
/// The driver's own pool cannot prepare a connection and asks the server at every use (docs/adr/0001-store-and-driver.md).
/// </summary>
public sealed class StoreConnections : IAsyncDisposable
{
    /// <summary>The longest a caller waits for a free connection before it is told that the store is busy.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly StoreServers _servers;
    private readonly SemaphoreSlim _free;
    private ConcurrentStack<DbConnection> _idle = new();

    static StoreConnections() => UtcDateTime.Register();

    public StoreConnections(IOptions<StoreOptions> options, TimeProvider? time = null)
    {
        Limit = options.Value.MaxConnections;
        _free = new SemaphoreSlim(Limit);
        _servers = new StoreServers(Driver.Complete(options.Value.ConnectionString), time ?? TimeProvider.System);
        _servers.Moved += ForgetIdle;
    }

    /// <summary>Those that somebody has at this moment.</summary>
    public int Used => Limit - _free.CurrentCount;

    public int Limit { get; }

    /// <summary>Which of the store's servers is used, counted from 1, in the order of the connection string.</summary>
    public int Server => _servers.Current + 1;

    /// <summary>How many servers the store has.</summary>
    public int Servers => _servers.Count;

    public async Task<DbConnection> TakeAsync()
    {
        if (!await _free.WaitAsync(LongestWait))
            throw new StoreUnavailableException("All connections to the store are in use.");
        try
        {
            _servers.LookBack();
            return _idle.TryPop(out var connection) ? connection : await _servers.OpenAsync();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void GiveBack(DbConnection connection, bool healthy)
    {
        if (healthy && connection.State == ConnectionState.Open && _servers.IsCurrent(connection)) _idle.Push(connection);
        else _ = Task.Run(connection.Dispose); // whoever has lost it does not wait for its end
        _free.Release();
    }

    /// <summary>After one connection was lost the idle ones most likely are too: the next callers open fresh ones.</summary>
    public void ForgetIdle()
    {
        foreach (var connection in Interlocked.Exchange(ref _idle, new ConcurrentStack<DbConnection>())) connection.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        ForgetIdle();
        return ValueTask.CompletedTask;
    }
}
