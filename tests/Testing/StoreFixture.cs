using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace IntraMessenger.Testing;

/// <summary>A real MariaDB for tests, in a folder that is removed at the end.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    // Migrations lock the server, not the database, and do not wait long for each other.
    private readonly SemaphoreSlim _migrating = new(1);
    private readonly Lazy<Task<string>> _script;
    private int _databases;

    public StoreFixture() => _script = new(ScriptAsync);

    public PrivateMariaDb Server { get; } = new(Directory.CreateTempSubdirectory("im-store-").FullName, FreePort.Next());

    public Task InitializeAsync() => Server.StartAsync();

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> EmptyDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await Server.CreateDatabaseAsync(name);
        return Server.ConnectionString(name);
    }

    /// <summary>The connection string of a new database with the newest schema: a copy, as all its changes one after the other take longer than most tests.</summary>
    public async Task<string> MigratedDatabaseAsync()
    {
        var (script, copy) = (await _script.Value, await EmptyDatabaseAsync());
        await Store(copy).RunAsync(connection => connection.ExecuteAsync(script));
        await MigrateAsync(copy); // makes the views and procedures
        return copy;
    }

    private async Task<string> ScriptAsync()
    {
        var original = await EmptyDatabaseAsync();
        await MigrateAsync(original);
        return await Store(original).RunAsync(async connection =>
        {
            var from = connection.Database;
            var tables = await connection.QueryAsync<string>("SELECT table_name FROM information_schema.tables WHERE table_schema = @from AND table_type = 'BASE TABLE'", new { from });
            return string.Concat(tables.Select(table => $"CREATE TABLE {table} LIKE {from}.{table}; INSERT INTO {table} SELECT * FROM {from}.{table};"))
                + $"DELETE FROM schema_migrations WHERE SUBSTRING(name, 6) IN (SELECT table_name FROM information_schema.views WHERE table_schema = '{from}')";
        });
    }

    private async Task MigrateAsync(string connectionString)
    {
        await using var connections = Connect(connectionString);
        await _migrating.WaitAsync();
        try
        {
            await new Migrator(connections, NullLogger<Migrator>.Instance).MigrateAsync();
        }
        finally
        {
            _migrating.Release();
        }
    }

    public static StoreConnections Connect(string connectionString) =>
        new(Options.Create(new StoreOptions { ConnectionString = connectionString }));

    public static Store Store(string connectionString, ICommitGuard? guard = null) => Store(Connect(connectionString), guard);

    public static Store Store(StoreConnections connections, ICommitGuard? guard = null) => new(connections, TimeProvider.System, NullLogger<Store>.Instance, guard);

    public async Task DisposeAsync()
    {
        _migrating.Dispose();
        await Server.StopAsync();
        Directory.Delete(Server.Folder, recursive: true);
    }
}
