using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Shared.Store;

/// <summary>
/// Responsible for a bounded set of open connections, each prepared once with the settings that every promise relies on.
/// The driver's own pool cannot prepare a connection and asks the server at every use (docs/adr/0001-store-and-driver.md).
/// </summary>
public sealed class StoreConnections(IOptions<StoreOptions> options) : IAsyncDisposable
{
    /// <summary>The longest a caller waits for a free connection before it is told that the store is busy.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The driver's own limits do not hold for a server that takes the connection and then stands still.</summary>
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(20);

    /// <summary>
    /// No transaction outlives a lease: the server ends one that says nothing for 5 s, and a statement after 10 s.
    /// MySQL has no idle_transaction_timeout and is only given what it knows.
    /// </summary>
    private const string PrepareMariaDb = """
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5,
            idle_transaction_timeout = 5, max_statement_time = 10, group_concat_max_len = 4194304
        """;

    private const string PrepareMySql = """
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5,
            max_execution_time = 10000, group_concat_max_len = 4194304
        """;

    private readonly string _connectionString = Driver.Complete(options.Value.ConnectionString);
    private readonly SemaphoreSlim _free = new(options.Value.MaxConnections);
    private ConcurrentStack<DbConnection> _idle = new();

    /// <summary>Those that somebody has at this moment.</summary>
    public int Used => Limit - _free.CurrentCount;

    public int Limit => options.Value.MaxConnections;

    static StoreConnections() => UtcDateTime.Register();

    public async Task<DbConnection> TakeAsync()
    {
        if (!await _free.WaitAsync(LongestWait))
            throw new StoreUnavailableException("All connections to the store are in use.");
        try
        {
            return _idle.TryPop(out var connection) ? connection : await OpenAsync();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void GiveBack(DbConnection connection, bool healthy)
    {
        if (healthy && connection.State == ConnectionState.Open) _idle.Push(connection);
        else _ = Task.Run(connection.Dispose); // whoever has lost it does not wait for its end
        _free.Release();
    }

    /// <summary>After one connection was lost the idle ones most likely are too: the next callers open fresh ones.</summary>
    public void ForgetIdle()
    {
        foreach (var connection in Interlocked.Exchange(ref _idle, new ConcurrentStack<DbConnection>())) connection.Dispose();
    }

    private async Task<DbConnection> OpenAsync()
    {
        var connection = Driver.Create(_connectionString);
        try
        {
            await PrepareAsync(connection).WaitAsync(LongestOpening);
            return connection;
        }
        catch
        {
            _ = Task.Run(connection.Dispose);
            throw;
        }
    }

    private static async Task PrepareAsync(DbConnection connection)
    {
        await connection.OpenAsync();
        var mariaDb = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        await connection.ExecuteAsync(mariaDb ? PrepareMariaDb : PrepareMySql);
    }

    public ValueTask DisposeAsync()
    {
        ForgetIdle();
        return ValueTask.CompletedTask;
    }
}
