using Dapper;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

[Collection(nameof(FaultCollection))]
public sealed class GaleraTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-galera-");
    private readonly PrivateGalera _store;

    public GaleraTests() => _store = new PrivateGalera(Path.Combine(_folder.FullName, "store"),
        [.. Enumerable.Range(0, 3).Select(_ => new GaleraPorts(FreePort.Next(), FreePort.Next(), FreePort.Next()))]);

    public Task InitializeAsync() => PrivateGalera.WhyNot is not null ? Task.CompletedTask : _store.StartAsync();

    public async Task DisposeAsync()
    {
        await _store.StopAsync();
        _folder.Delete(recursive: true);
    }

    [GaleraFact]
    public async Task Writer_ThatIsKilled_IsReplacedByTheNext_AndUsedAgainWhenItIsBack()
    {
        await _store.Members[0].CreateDatabaseAsync("some");
        await using var connections = StoreFixture.Connect(_store.ConnectionString("some"));
        var store = StoreFixture.Store(connections);
        await store.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE some (id INT PRIMARY KEY)"));
        await WriteAsync(1);
        connections.Server.ShouldBe(1);

        await _store.Members[0].KillAsync();
        await WriteAsync(2);
        connections.Server.ShouldBe(2);

        await _store.StartAsync(_store.Members[0]);
        await Eventually.HoldsAsync(async () =>
        {
            (await store.RunAsync(connection => connection.QueryAsync<int>("SELECT id FROM some ORDER BY id"))).ShouldBe([1, 2]);
            return connections.Server == 1;
        }, "the first server in use again", 60);
        await WriteAsync(3);
        foreach (var member in _store.Members) (await member.AskAsync("SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM some.some")).ShouldBe("3");

        // One that lost the others answers, and is not used before an administrator, who knows that they are gone, says so.
        await _store.Members[1].KillAsync();
        await _store.Members[2].KillAsync();
        await Eventually.HoldsAsync(IsAwayAsync, "that nobody is ready", 60);
        await _store.Members[0].AskAsync("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
        await Eventually.HoldsAsync(async () => !await IsAwayAsync(), "that it is enough", 60);

        async Task<bool> IsAwayAsync()
        {
            try
            {
                await WriteAsync(Random.Shared.Next());
                return false;
            }
            catch (StoreUnavailableException)
            {
                return true;
            }
        }

        Task WriteAsync(int id) => store.TransactAsync(transaction => transaction.ExecuteAsync("INSERT INTO some VALUES (@id)", new { id }));
    }
}
