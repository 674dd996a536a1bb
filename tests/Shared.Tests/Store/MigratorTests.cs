using Dapper;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntraMessenger.Shared.Tests.Store;

[Collection(nameof(StoreCollection))]
public sealed class MigratorTests(StoreFixture fixture)
{
    [Fact]
    public async Task Migrate_ByFourProgramsAtOnce_AppliesEachFileOnce()
    {
        var database = await fixture.EmptyDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(database)));
        var applied = await StoreFixture.Store(database).RunAsync(c => c.QueryAsync<int>("SELECT number FROM schema_migrations ORDER BY number"));
        applied.ShouldBe(Enumerable.Range(1, applied.Count()));
    }

    [Fact]
    public async Task Migrate_WhenARecordWasLost_RepeatsHarmlessly()
    {
        var database = await fixture.MigratedDatabaseAsync();
        var store = StoreFixture.Store(database);
        var before = await store.RunAsync(c => c.ExecuteScalarAsync<string>("SELECT epoch FROM settings_version"));
        await store.RunAsync(c => c.ExecuteAsync("DELETE FROM schema_migrations"));
        await MigrateAsync(database);
        (await store.RunAsync(c => c.ExecuteScalarAsync<string>("SELECT epoch FROM settings_version"))).ShouldBe(before);
    }

    private static async Task MigrateAsync(string database)
    {
        await using var connections = StoreFixture.Connect(database);
        await new Migrator(connections, NullLogger<Migrator>.Instance).MigrateAsync();
    }
}

[CollectionDefinition(nameof(StoreCollection))]
public sealed class StoreCollection : ICollectionFixture<StoreFixture>;
