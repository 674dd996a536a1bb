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
        applied.ShouldBe(Migrator.Files().Select(file => file.Number)); // numbers may be left out
        applied.First().ShouldBe(1);
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

    [Fact]
    public async Task Migrate_OfACopyWithoutProcedures_MakesThemAgain()
    {
        var database = await fixture.MigratedDatabaseAsync();
        var store = StoreFixture.Store(database);
        var procedures = await ProceduresAsync(store);
        procedures.ShouldNotBeEmpty();
        foreach (var name in procedures) await store.RunAsync(c => c.ExecuteAsync($"DROP PROCEDURE {name}"));
        await MigrateAsync(database);
        (await ProceduresAsync(store)).ShouldBe(procedures);
    }

    [Fact]
    public async Task Migrate_OfADatabaseOfAnotherCharacterSet_HasProceduresThatTakeEveryCharacter()
    {
        var database = await fixture.EmptyDatabaseAsync();
        var store = StoreFixture.Store(database);
        await store.RunAsync(async c => await c.ExecuteAsync($"ALTER DATABASE `{await c.ExecuteScalarAsync<string>("SELECT DATABASE()")}` CHARACTER SET latin1"));
        await MigrateAsync(database);
        (await store.RunAsync(c => c.QueryAsync<string>("SELECT DISTINCT character_set_name FROM information_schema.parameters WHERE specific_schema = DATABASE() AND data_type LIKE '%text'")))
            .ShouldBe(["utf8mb4"]);
    }

    private static async Task<string[]> ProceduresAsync(Shared.Store.Store store) =>
        [.. await store.RunAsync(c => c.QueryAsync<string>("SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1"))];

    private static async Task MigrateAsync(string database)
    {
        await using var connections = StoreFixture.Connect(database);
        await new Migrator(connections, NullLogger<Migrator>.Instance).MigrateAsync();
    }
}

[CollectionDefinition(nameof(StoreCollection))]
public sealed class StoreCollection : ICollectionFixture<StoreFixture>;
