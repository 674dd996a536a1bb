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
    private int _databases;

    public PrivateMariaDb Server { get; } = new(Directory.CreateTempSubdirectory("im-store-").FullName, FreePort.Next());

    public Task InitializeAsync() => Server.StartAsync();

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> EmptyDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await Server.CreateDatabaseAsync(name);
        return Server.ConnectionString(name);
    }

    /// <summary>The connection string of a new database with the newest schema.</summary>
    public async Task<string> MigratedDatabaseAsync()
    {
        var connectionString = await EmptyDatabaseAsync();
        await using var connections = Connect(connectionString);
        await _migrating.WaitAsync();
        try
        {
            await new Migrator(connections, NullLogger<Migrator>.Instance).MigrateAsync();
            return connectionString;
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
