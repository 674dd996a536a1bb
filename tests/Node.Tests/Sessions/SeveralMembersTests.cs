using System.Data.Common;
using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>Two programs use different members of a Galera store: what one has locked the other does not see, and both decide by the same row.</summary>
public sealed class SeveralMembersTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-galera-");
    private readonly PrivateGalera _galera;
    private readonly List<StoreConnections> _connections = [];

    public SeveralMembersTests() => _galera = new PrivateGalera(Path.Combine(_folder.FullName, "store"),
        [.. Enumerable.Range(0, 3).Select(_ => new GaleraPorts(FreePort.Next(), FreePort.Next(), FreePort.Next()))]);

    public Task InitializeAsync() => PrivateGalera.WhyNot is null ? _galera.StartAsync() : Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var connections in _connections) await connections.DisposeAsync();
        await _galera.StopAsync();
        _folder.Delete(recursive: true);
    }

    [GaleraFact]
    public async Task LastSession_ThatEndsOnOneMember_WhileAnotherOneBeginsOnTheNext_LeavesThePersonTheirPlaceAndPresence()
    {
        await _galera.Members[0].CreateDatabaseAsync("some");
        var (one, other) = (Use(0), Use(1));
        await new Migrator(_connections[0], NullLogger<Migrator>.Instance).MigrateAsync();
        await one.RunAsync(connection => connection.ExecuteAsync("INSERT INTO presence (account_id, status, changed_at) VALUES (1, 9, UTC_TIMESTAMP(6)), (2, 9, UTC_TIMESTAMP(6))"));
        var (places, presence) = (new PlaceStore(one), new PresenceStore(one)); // they write through the transaction that they are given
        await one.TransactAsync(async transaction =>
        {
            foreach (var account in new[] { 1, 2 })
            {
                await places.TakeAsync(transaction, 1, account, limit: 3);
                await BeginAsync(transaction, account, session: account);
                await presence.MergeAsync(transaction, [account]);
            }
        });
        await Eventually.HoldsAsync(async () => await CountAsync(other, "SELECT COUNT(*) FROM presence WHERE status = 2") == 2, "the other member having both");

        await TogetherAsync(
            transaction => EndAsync(transaction, session: 1, () => presence.MergeAsync(transaction, [1])),
            async transaction =>
            {
                await BeginAsync(transaction, account: 1, session: 11);
                await presence.MergeAsync(transaction, [1]);
            });
        await ShouldBeOneAsync("SELECT COUNT(*) FROM presence WHERE account_id = 1 AND status = 2", "1 is online, by the second session");

        await TogetherAsync(
            async transaction =>
            {
                await places.LockAsync(transaction, 1);
                await EndAsync(transaction, session: 2, () => places.FreeAsync(transaction, 1, [2]));
            },
            async transaction =>
            {
                (await places.TakeAsync(transaction, 1, 2, limit: 3)).ShouldBeTrue();
                await BeginAsync(transaction, account: 2, session: 12);
            });
        await ShouldBeOneAsync("SELECT COUNT(*) FROM places WHERE account_id = 2", "2 has a place, for the second session");
        await ShouldBeOneAsync("SELECT COUNT(*) = (SELECT taken FROM place_counters WHERE policy_set_id = 1) FROM places WHERE policy_set_id = 1", "they are counted");

        // Neither commits before both have decided.
        Task TogetherAsync(Func<StoreTransaction, Task> first, Func<StoreTransaction, Task> second)
        {
            var (firstDecided, secondDecided) = (new TaskCompletionSource(), new TaskCompletionSource());
            return Task.WhenAll(
                one.TransactAsync(transaction => DecideAsync(transaction, first, firstDecided, secondDecided.Task)),
                other.TransactAsync(transaction => DecideAsync(transaction, second, secondDecided, firstDecided.Task)));
        }

        async Task ShouldBeOneAsync(string sql, string why)
        {
            foreach (var store in new[] { one, other }) (await CountAsync(store, "SET SESSION wsrep_sync_wait = 1; " + sql)).ShouldBe(1, why);
        }
    }

    private static async Task DecideAsync(StoreTransaction transaction, Func<StoreTransaction, Task> work, TaskCompletionSource decided, Task othersDecided)
    {
        await work(transaction);
        decided.TrySetResult();
        await othersDecided;
    }

    private static Task<int> CountAsync(Store store, string sql) => store.RunAsync(connection => connection.ExecuteScalarAsync<int>(sql));

    private static Task BeginAsync(StoreTransaction transaction, long account, long session) => transaction.ExecuteAsync("""
        INSERT INTO sessions (id, token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status)
        SELECT @session, UNHEX(SHA2(@session, 256)), @account, 1, now, now + INTERVAL 1 HOUR, now, 2 FROM store_clock
        """, new { account, session });

    private static async Task EndAsync(StoreTransaction transaction, long session, Func<Task> then)
    {
        await transaction.ExecuteAsync("DELETE FROM sessions WHERE id = @session", new { session });
        await then();
    }

    private Store Use(int member)
    {
        _connections.Add(StoreFixture.Connect(_galera.Members[member].ConnectionString("some")));
        return StoreFixture.Store(_connections[^1]);
    }
}
