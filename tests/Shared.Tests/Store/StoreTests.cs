using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Store;

[Collection(nameof(StoreCollection))]
public sealed class StoreTests(StoreFixture fixture) : IAsyncLifetime
{
    private string _database = "";

    private Shared.Store.Store Store => StoreFixture.Store(_database);

    public async Task InitializeAsync()
    {
        _database = await fixture.EmptyDatabaseAsync();
        await Store.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1, 0), (2, 0)"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Transact_OfTwoThatDeadlock_DoesBoth()
    {
        var store = Store;
        using var both = new Barrier(2);
        await Task.WhenAll(Task.Run(() => AddToBothAsync(1, 2)), Task.Run(() => AddToBothAsync(2, 1)));
        (await SumAsync()).ShouldBe(4);

        async Task AddToBothAsync(int first, int second)
        {
            var attempts = 0;
            await store.TransactAsync(async transaction =>
            {
                await transaction.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = @first", new { first });
                if (attempts++ == 0) both.SignalAndWait(TimeSpan.FromSeconds(10));
                await transaction.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = @second", new { second });
            });
        }
    }

    [Fact]
    public async Task Transact_WhoseConnectionIsLostOnce_IsRepeatedOnAnother()
    {
        var attempts = 0;
        await Store.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = 1");
            if (attempts++ == 0) await KillAsync(await transaction.QuerySingleAsync<long>("SELECT CONNECTION_ID()"));
            await transaction.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = 2");
        });
        attempts.ShouldBe(2);
        (await SumAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Run_OnConnectionsThatAServerRestartBroke_GoesOnWithFreshOnes()
    {
        var store = Store;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.RunAsync(connection => connection.ExecuteAsync("DO SLEEP(0.1)"))));
        foreach (var id in await store.RunAsync(connection => connection.QueryAsync<long>("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")))
            await KillAsync(id);
        for (var i = 0; i < 5; i++) (await store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"))).ShouldBe(1);
    }

    [Fact]
    public async Task Transact_ThatWasAbandoned_WritesNothing()
    {
        await Store.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("UPDATE t SET n = 5");
            transaction.Abandon();
        });
        (await SumAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Transact_WhenTheGuardHasClosed_WritesNothing()
    {
        var store = StoreFixture.Store(_database, new Closed());
        await Should.ThrowAsync<StoreUnavailableException>(() => store.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE t SET n = 5")));
        (await SumAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Transact_ThatViolatesAUniqueIndex_SaysSoAndLeavesTheConnectionUsable()
    {
        var store = Store;
        var duplicate = await Should.ThrowAsync<DbException>(() => store.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("UPDATE t SET n = 5");
            await transaction.ExecuteAsync("INSERT INTO t VALUES (1, 1)");
        }));
        duplicate.IsDuplicate().ShouldBeTrue();
        (await SumAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Transact_ThatSaysNothingForSixSeconds_IsEndedByTheServerAndItsLocksAreFree()
    {
        // What a node does that is stopped between a statement and its COMMIT.
        var attempts = 0;
        var stopped = Store.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("UPDATE t SET n = 100 WHERE id = 1");
            if (attempts++ == 0) await Task.Delay(TimeSpan.FromSeconds(6.5));
            else transaction.Abandon();
        });
        await Task.Delay(TimeSpan.FromSeconds(6));
        var started = TimeProvider.System.GetTimestamp();
        await Store.RunAsync(connection => connection.ExecuteAsync("UPDATE t SET n = 1 WHERE id = 1"));
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(15);
        await stopped;
        attempts.ShouldBe(2, "the COMMIT found its connection ended");
        (await SumAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("Server=127.0.0.1;Port=1;User ID=root;Database=x")]
    [InlineData("Server=127.0.0.1;Port={port};User ID=nobody;Password=wrong;Database=mysql")]
    public async Task Run_WithNoWayIn_SaysThatTheStoreIsUnavailable(string connectionString)
    {
        var port = new DbConnectionStringBuilder { ConnectionString = _database }["port"].ToString();
        var store = StoreFixture.Store(connectionString.Replace("{port}", port));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.RunAsync(connection => connection.ExecuteAsync("SELECT 1")));
    }

    [Theory]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("Server=127.0.0.1", "Database")]
    [InlineData("Server=127.0.0.1;Database=x;SslMode=VerifyCA;SslCa=/tmp/ca.pem", "SslCa")]
    public void ConnectionString_ThatCannotWork_IsRefusedWithASentence(string connectionString, string sentence) =>
        Should.Throw<ArgumentException>(() => StoreFixture.Connect(connectionString)).Message.ShouldContain(sentence);

    [Fact]
    public async Task Connections_WhenAllAreInUse_MakeTheNextCallerWaitAndThenSaySo()
    {
        await using var connections = new StoreConnections(Microsoft.Extensions.Options.Options.Create(new StoreOptions { ConnectionString = _database, MaxConnections = 2 }));
        var (first, second) = (await connections.TakeAsync(), await connections.TakeAsync());
        var third = connections.TakeAsync();
        await Should.ThrowAsync<StoreUnavailableException>(() => third);
        connections.GiveBack(first, healthy: true);
        (await connections.TakeAsync()).ShouldBe(first);
        connections.GiveBack(second, healthy: false);
        (await connections.TakeAsync()).ShouldNotBe(second);
    }

    private Task<int> SumAsync() => Store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT SUM(n) FROM t"));

    private async Task KillAsync(long id)
    {
        try
        {
            await Store.RunAsync(connection => connection.ExecuteAsync("KILL " + id));
        }
        catch (DbException e) when (e.Message.StartsWith("Unknown thread id", StringComparison.Ordinal))
        {
            // It has ended by itself meanwhile.
        }
    }

    private sealed class Closed : ICommitGuard
    {
        public void ThrowIfClosed() => throw new StoreUnavailableException("closed");
    }
}
