using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Launcher;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests;

[Collection(nameof(StoreCollection))]
public sealed class SchemaTests
{
    [Fact]
    public async Task Control_WithoutAStore_LivesSaysWhyAndGoesOnWhenItComes()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("im-late-").FullName;
        var late = new PrivateMariaDb(folder, FreePort.Next());
        await using var cluster = new TestCluster(late.ConnectionString("late"));
        var management = TestCluster.Address();
        var file = cluster.Write(new { roles = new[] { "control" }, management, store = new { connectionString = cluster.ConnectionString } });
        await using var control = await RunningCentral.StartAsync(file, management, null);
        using var client = control.Client();
        using (var answer = await client.GetAsync("/health/ready")) (await answer.Content.ReadAsStringAsync()).ShouldContain("store");
        (await client.GetAsync("/health/live")).IsSuccessStatusCode.ShouldBeTrue();
        (await control.IsReadyAsync()).ShouldBeFalse();

        await late.StartAsync();
        try
        {
            await late.CreateDatabaseAsync("late");
            await control.ReadyAsync();
        }
        finally
        {
            await late.StopAsync();
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Control_WhoseStoreGoesAway_AnswersNodesFromMemory()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("im-away-").FullName;
        var server = new PrivateMariaDb(folder, FreePort.Next());
        await server.StartAsync();
        try
        {
            await server.CreateDatabaseAsync("away");
            await using var cluster = new TestCluster(server.ConnectionString("away"));
            var control = await cluster.ControlAsync();
            using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
            using var stranger = control.Client("wrong");
            (await node.GetAsync("/cluster/v1/settings")).IsSuccessStatusCode.ShouldBeTrue();
            BackgroundProcess.Signal(server.Pid, BackgroundProcess.SigKill);
            await Eventually.HoldsAsync(() => Task.FromResult(!BackgroundProcess.IsAlive(server.Pid)), "the end of the store");

            (await node.GetAsync("/cluster/v1/settings")).IsSuccessStatusCode.ShouldBeTrue();
            await (await stranger.GetAsync("/cluster/v1/settings")).ShouldBeProblemAsync(503, "store-unavailable");
            (await control.IsReadyAsync()).ShouldBeTrue("it still serves nodes and gateways");
        }
        finally
        {
            await server.StopAsync();
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }
}
