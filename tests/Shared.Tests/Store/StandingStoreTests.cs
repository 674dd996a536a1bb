using System.Collections.Concurrent;
using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Store;

/// <summary>A server that stands still with its connections open, as one on a machine that is suspended or a disk that hangs.</summary>
public sealed class StandingStoreTests : IClassFixture<StoreFixture>
{
    private readonly StoreFixture _fixture;

    public StandingStoreTests(StoreFixture fixture) => _fixture = fixture;

    [Fact]
    public async Task Store_ThatStoodStillForFortySeconds_HoldsUpNobodyForEver()
    {
        await using var connections = StoreFixture.Connect(await _fixture.EmptyDatabaseAsync());
        var store = new Shared.Store.Store(connections, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Shared.Store.Store>.Instance);
        await store.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE asked (n BIGINT PRIMARY KEY AUTO_INCREMENT)"));
        using var over = new CancellationTokenSource();
        var rounds = new ConcurrentDictionary<int, int>();
        var loops = Enumerable.Range(0, 8).Select(number => LoopAsync(number)).ToArray();
        await Eventually.HoldsAsync(() => rounds.Count == 8, "every loop's first round");

        BackgroundProcess.Signal(_fixture.Server.Pid, BackgroundProcess.SigStop);
        await Task.Delay(TimeSpan.FromSeconds(40));
        BackgroundProcess.Signal(_fixture.Server.Pid, BackgroundProcess.SigCont);

        var before = new Dictionary<int, int>(rounds);
        await Eventually.HoldsAsync(() => rounds.All(loop => loop.Value > before[loop.Key] + 3), "every loop going on", 35, () => string.Join(", ", rounds));
        await over.CancelAsync();
        await Task.WhenAll(loops);
        await Eventually.HoldsAsync(() => connections.Used == 0, "all connections given back");

        async Task LoopAsync(int number)
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    if (number % 2 == 0) await store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM asked"));
                    else await store.TransactAsync(transaction => transaction.ExecuteAsync("INSERT INTO asked VALUES ()"));
                    rounds.AddOrUpdate(number, 1, (_, count) => count + 1);
                }
                catch (StoreUnavailableException)
                {
                    // As every loop of the programs: it tries again.
                }

                await Task.Delay(20);
            }
        }
    }
}
