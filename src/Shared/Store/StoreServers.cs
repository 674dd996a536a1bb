using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;

namespace IntraMessenger.Shared.Store;

/// <summary>
/// Responsible for which server of a store is used: the first, in the order of the connection string, that lets us in and is ready. All programs
/// keep to that order, so that one server at a time is written to (docs/adr/0009-several-servers.md).
/// </summary>
internal sealed class StoreServers(IReadOnlyList<string> servers, TimeProvider time)
{
    /// <summary>The driver's own limits do not hold for a server that takes the connection and then stands still; where there is another one, less is waited for.</summary>
    private readonly TimeSpan _longestOpening = TimeSpan.FromSeconds(servers.Count == 1 ? 20 : 5);

    /// <summary>The part of it until the server has let us in. What follows may wait for a cluster that gives up a member of it.</summary>
    private readonly TimeSpan _longestConnecting = TimeSpan.FromSeconds(servers.Count == 1 ? 20 : 3);

    /// <summary>How often is looked whether an earlier server is back. It is used again when it was ready twice: one that comes and goes is left alone.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// No transaction outlives a lease: the server ends one that says nothing for 5 s, and a statement after 10 s (6 s where there are several
    /// servers), before anybody here gives it up. MySQL has no idle_transaction_timeout and is only given what it knows.
    /// </summary>
    private readonly string _prepareMariaDb = $"""
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5,
            idle_transaction_timeout = 5, max_statement_time = {(servers.Count == 1 ? 10 : 6)}, group_concat_max_len = 4194304
        """;

    private readonly string _prepareMySql = $"""
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5,
            max_execution_time = {(servers.Count == 1 ? 10_000 : 6_000)}, group_concat_max_len = 4194304
        """;

    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<DbConnection, object> _servers = [];
    private volatile int _current;
    private volatile Task<bool>? _search;
    private long _lookedAt = time.GetTimestamp();
    private int _earlier = -1;

    /// <summary>Another server is used from now on.</summary>
    public event Action? Moved;

    public int Count => servers.Count;

    /// <summary>Which one is used, counted from 0.</summary>
    public int Current => _current;

    public bool IsCurrent(DbConnection connection) => servers.Count == 1 || _servers.TryGetValue(connection, out var server) && (int)server == _current;

    public async Task<DbConnection> OpenAsync()
    {
        var current = _current;
        try
        {
            return await OpenAsync(current);
        }
        catch (Exception e) when (servers.Count > 1 && StoreFaults.Of(e) == StoreFault.Lost) // one that is only full is still the one that the others use
        {
            if (!await SearchAsync(lost: current)) throw;
            return await OpenAsync(_current);
        }
    }

    /// <summary>Looks from time to time, beside the work, whether an earlier server is to be used again.</summary>
    public void LookBack()
    {
        if (_current == 0) return;
        lock (_lock)
        {
            if (time.GetElapsedTime(_lookedAt) < LookInterval) return;
            _lookedAt = time.GetTimestamp();
        }

        _ = LookAsync(_current);
    }

    private async Task LookAsync(int current)
    {
        var first = await FirstReadyAsync(Enumerable.Range(0, current));
        var isBack = first >= 0 && first == _earlier;
        _earlier = first;
        if (isBack) Use(first);
    }

    // One search for all who lost the server at the same time.
    private Task<bool> SearchAsync(int lost)
    {
        lock (_lock)
        {
            if (_current != lost) return Task.FromResult(true);
            if (_search is null or { IsCompleted: true }) _search = ReplaceAsync(lost);
            return _search;
        }
    }

    private async Task<bool> ReplaceAsync(int lost)
    {
        var first = await FirstReadyAsync(Enumerable.Range(0, servers.Count).OrderBy(server => server == lost));
        if (first >= 0) Use(first);
        return first >= 0;
    }

    private void Use(int server)
    {
        if (_current == server) return;
        (_current, _earlier, _lookedAt) = (server, -1, time.GetTimestamp());
        Moved?.Invoke();
    }

    // All are asked at once; the first in the order is taken as soon as it is known, whatever those after it do.
    private async Task<int> FirstReadyAsync(IEnumerable<int> order)
    {
        foreach (var (server, isReady) in order.Select(server => (server, IsReadyAsync(server))).ToArray())
        {
            if (await isReady) return server;
        }

        return -1;
    }

    private async Task<bool> IsReadyAsync(int server)
    {
        try
        {
            var connection = await OpenAsync(server);
            _ = Task.Run(connection.Dispose);
            return true;
        }
        catch (Exception e) when (StoreFaults.Of(e) != StoreFault.Other)
        {
            return false;
        }
    }

    private async Task<DbConnection> OpenAsync(int server)
    {
        var connection = Driver.Create(servers[server]);
        try
        {
            await PrepareAsync(connection).WaitAsync(_longestOpening);
            if (servers.Count > 1) _servers.Add(connection, server);
            return connection;
        }
        catch
        {
            _ = Task.Run(connection.Dispose);
            throw;
        }
    }

    private async Task PrepareAsync(DbConnection connection)
    {
        await connection.OpenAsync().WaitAsync(_longestConnecting);
        if (servers.Count > 1) await JoinAsync(connection);
        var mariaDb = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        await connection.ExecuteAsync(mariaDb ? _prepareMariaDb : _prepareMySql);
    }

    private static async Task JoinAsync(DbConnection connection)
    {
        // A member that is not ready refuses every table, but not these.
        if (await ReadAsync("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'") != "ON") return;
        if (await ReadAsync("SHOW GLOBAL STATUS LIKE 'wsrep_ready'") != "ON") throw new IOException("This member of the store's cluster is not ready.");

        // What was committed through another member until now is seen by this connection. One by one: what the driver skips of an answer, it reads synchronously.
        await connection.ExecuteAsync("SET SESSION wsrep_sync_wait = 1");
        await connection.QueryAsync<int>("SELECT 1");
        await connection.ExecuteAsync("SET SESSION wsrep_sync_wait = 0");

        async Task<string?> ReadAsync(string sql) => (await connection.QueryAsync<(string Name, string Value)>(sql)).FirstOrDefault().Value;
    }
}
