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

    [Fact]
    public async Task Migrate_OfAStoreFromBeforeLayersOfSettings_KeepsWhatWasSavedAndWhoIsSignedIn()
    {
        var database = await fixture.EmptyDatabaseAsync();
        var store = StoreFixture.Store(database);
        await store.RunAsync(async c =>
        {
            await c.ExecuteAsync("CREATE TABLE schema_migrations (number INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at DATETIME(6) NOT NULL)");
            foreach (var (number, name, sql) in Migrator.Files().Where(file => file.Number <= 45))
            {
                await c.ExecuteAsync(sql);
                await c.ExecuteAsync("INSERT INTO schema_migrations VALUES (@number, @name, UTC_TIMESTAMP(6))", new { number, name });
            }

            await c.ExecuteAsync("""
                INSERT INTO policy_revisions VALUES (1, 2, '2026-02-03 04:05:06', 'root', 'more "contacts"', NULL, '{"contacts.max":7}'), (1, 3, '2026-02-04 04:05:06', 'eve', 'back', 1, '{"contacts.max":3}');
                UPDATE policy_sets SET revision = 3 WHERE id = 1;
                INSERT INTO accounts (id, username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at) VALUES (7, 'Ann', 'ann', 'ann', 'Ann', 'x', 'active', 2, '2026-01-01');
                INSERT INTO presence (account_id, status, changed_at) VALUES (7, 2, '2026-01-02');
                INSERT INTO sessions (id, token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status) VALUES (9, UNHEX(REPEAT('ab', 32)), 7, 1, '2026-01-02', '2036-01-02', '2026-01-02', 2)
                """);
        });

        await MigrateAsync(database);
        await MigrateAsync(database);
        await store.RunAsync(async c =>
        {
            (await c.QueryAsync<string>("SELECT CONCAT_WS(' ', kind, owner_id, revision) FROM settings_heads ORDER BY kind, owner_id")).ShouldBe(["cluster 0 1", "set 1 3", "set 2 1"]);
            (await c.QueryAsync<string>("SELECT CONCAT_WS(' ', revision, author, comment, COALESCE(restored_from, '-'), content) FROM settings_revisions WHERE kind = 'set' AND owner_id = 1 ORDER BY revision")).ShouldBe(
            [
                "1 IntraMessenger First settings - {\"options\":{\"contacts.max\":3,\"sessions.maxConnectedUsers\":50}}",
                "2 root more \"contacts\" - {\"options\":{\"contacts.max\":7}}",
                "3 eve back 1 {\"options\":{\"contacts.max\":3}}",
            ]);
            (await c.QuerySingleAsync<string>("SELECT CONCAT_WS(' ', a.home_set_id, a.password_errors, u.is_locked, s.id, s.policy_set_id) FROM accounts a JOIN account_use u ON u.account_id = a.id JOIN sessions s ON s.account_id = a.id"))
                .ShouldBe("2 0 0 9 1");
        });
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
