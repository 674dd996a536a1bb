using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Directory;

[Collection(nameof(WaitingCollection))]
public sealed class DirectoryApiTests(StoreFixture fixture)
{
    [Fact]
    public async Task Heartbeat_OfALiveNode_WakesTheWaitingGatewayAtOnce()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var key = await cluster.NodeKeyAsync("n", "a");
        var life = await cluster.LifeAsync("n");
        using var gateway = await GatewayClientAsync(cluster, control);
        await NodeIsSeenAsync(cluster, control, "n");
        var document = await ToldAsync(draining: false);
        document.Sets.Select(set => set.Prefix).ShouldBe(["a", "b"]);
        document.Sets[0].Nodes.ShouldBe([new DirectoryNode("n", "http://127.0.0.1:1234", "http://127.0.0.1:1234")]);
        document.Sets[1].Nodes.ShouldBeEmpty();

        // Looks are a second apart: without being woken, each would be told a second after the one before. A machine that is busy may hold up some of them.
        var fastest = TimeSpan.MaxValue;
        foreach (var draining in new[] { true, false, true, false })
        {
            var before = TimeProvider.System.GetTimestamp();
            await ToldAsync(draining);
            if (TimeProvider.System.GetElapsedTime(before) is var took && took < fastest) fastest = took;
        }

        fastest.TotalSeconds.ShouldBeLessThan(0.8);

        async Task<DirectoryDocument> ToldAsync(bool draining)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"{ClusterRoutes.Directory}?wait=30");
            request.Headers.IfNoneMatch.Add(await SettingsApiTests.ETagAsync(gateway, ClusterRoutes.Directory));
            var waiting = gateway.SendAsync(request);
            await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", draining: draining));
            using var answer = await waiting;
            return (await answer.Content.ReadFromJsonAsync<DirectoryDocument>(Json.Options))!;
        }
    }

    [Fact]
    public async Task Node_WithoutALease_IsNotListedWhateverItTells()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.LifeAsync("nobody"); // sets the store's lease clock to now
        var key = await cluster.NodeKeyAsync("n", "a");
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(1, "http://127.0.0.1:1234"));
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(null, "http://127.0.0.1:1234"));
        using var gateway = await GatewayClientAsync(cluster, control);
        await NodeIsSeenAsync(cluster, control, "n", heard: true);
        (await ListedAsync(gateway)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Node_WhoseLeaseEnds_LeavesTheDirectory()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var key = await cluster.NodeKeyAsync("n", "a");
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(await cluster.LifeAsync("n", seconds: 10), "http://127.0.0.1:1234"));
        using var gateway = await GatewayClientAsync(cluster, control);
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Contains("n"), "the listing");
        // The heartbeat goes on: it is the lease that counts.
        await Eventually.HoldsAsync(async () =>
        {
            await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(1, "http://127.0.0.1:1234"));
            return (await ListedAsync(gateway)).Length == 0;
        }, "the end of the listing");
    }

    [Fact]
    public async Task Node_ThatAnAdministratorDrains_LeavesTheRoutesAtOnceAndHearsOfIt()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        var other = await cluster.ControlAsync();
        var key = await cluster.NodeKeyAsync("n", "a");
        var heartbeat = TestCluster.Heartbeat(await cluster.LifeAsync("n"), "http://127.0.0.1:1234");
        await TestCluster.BeatAsync(control, key, heartbeat);
        using var gateway = await GatewayClientAsync(cluster, control);
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Contains("n"), "the listing");
        (await TestCluster.BeatAsync(control, key, heartbeat)).Drain.ShouldBe(false);

        foreach (var again in new[] { false, true })
        {
            using var drained = await admin.PostAsync("/console/api/nodes/n/drain", null);
            drained.StatusCode.ShouldBe(HttpStatusCode.OK, $"{again}");
            (await drained.JsonAsync()).TryGetProperty("drainRequestedAt", out var _).ShouldBeTrue();
        }

        await Eventually.HoldsAsync(async () => !(await ListedAsync(gateway)).Contains("n"), "the end of the listing, before the node itself says anything");
        (await gateway.GetFromJsonAsync<DirectoryDocument>(ClusterRoutes.Directory, Json.Options))!.Sets[0].Leaving.ShouldBe(["n"]);
        (await TestCluster.BeatAsync(control, key, heartbeat)).Drain.ShouldBe(true);
        await Eventually.HoldsAsync(async () => (await TestCluster.BeatAsync(other, key, heartbeat)).Drain == true, "the drain at the other control");
        var shown = (await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items")[0];
        (shown.GetProperty("alive").GetBoolean(), shown.GetProperty("draining").GetBoolean(), shown.TryGetProperty("drainRequestedAt", out var _)).ShouldBe((true, false, true));

        using var undrained = await admin.PostAsync("/console/api/nodes/n/undrain", null);
        (await undrained.JsonAsync()).TryGetProperty("drainRequestedAt", out var _).ShouldBeFalse();
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Contains("n"), "its return");
        (await TestCluster.BeatAsync(control, key, heartbeat)).Drain.ShouldBe(false);

        (await admin.PostAsync("/console/api/nodes/nobody/drain", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var anonymous = control.Client();
        (await anonymous.PostAsync("/console/api/nodes/n/drain", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Node_ThatDrains_IsTakenOutAndIsStillAlive()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var key = await cluster.NodeKeyAsync("n", "a");
        var life = await cluster.LifeAsync("n");
        using var gateway = await GatewayClientAsync(cluster, control);
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234"));
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Length == 1, "the listing");
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", draining: true));
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Length == 0, "the end of the listing");
        using var admin = await cluster.AdminAsync(control);
        var node = (await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items")[0];
        (node.GetProperty("alive").GetBoolean(), node.GetProperty("draining").GetBoolean()).ShouldBe((true, true));
    }

    [Fact]
    public async Task Heartbeat_OfAReplacedLife_DoesNotTakeItsSuccessorOut()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var key = await cluster.NodeKeyAsync("n", "a");
        var old = await cluster.LifeAsync("n");
        var young = await cluster.LifeAsync("n");
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(young, "http://127.0.0.1:2222"));
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(old, "http://127.0.0.1:1111"));
        using var gateway = await GatewayClientAsync(cluster, control);
        await Eventually.HoldsAsync(async () => (await ListedAsync(gateway)).Length == 1, "the listing");
        (await gateway.GetStringAsync(ClusterRoutes.Directory)).ShouldContain("2222");
    }

    [Fact]
    public async Task Directory_OfTwoControls_IsTheSame()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var other = await cluster.ControlAsync();
        foreach (var name in new[] { "n2", "n1", "N1" })
        {
            var key = await cluster.NodeKeyAsync(name, "a");
            await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(await cluster.LifeAsync(name), "http://127.0.0.1:1234"));
        }

        var gatewayKey = (await cluster.RunAsync("gateways", "add", "g")).Secret;
        using var here = control.Client(gatewayKey);
        using var there = other.Client(gatewayKey);
        await Eventually.HoldsAsync(async () => (await ListedAsync(there)).Length == 3, "the listing by the other control");
        (await SettingsApiTests.ETagAsync(here, ClusterRoutes.Directory)).ShouldBe(await SettingsApiTests.ETagAsync(there, ClusterRoutes.Directory));
    }

    [Fact]
    public async Task Directory_WithANodesKey_IsRefused()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        await (await node.GetAsync(ClusterRoutes.Directory)).ShouldBeProblemAsync(401, "unknown-key");
    }

    [Theory]
    [InlineData("{", 422, "invalid")]
    [InlineData("{}", 422, "invalid")]
    [InlineData("""{"lifeId":"x","url":"http://a:1","managementUrl":"http://a:1","region":"","version":"","appliedETag":null,"appliedRevision":null,"refused":null,"sessions":0,"draining":false}""", 422, "invalid")]
    [InlineData("""{"lifeId":1,"url":"file:///etc","managementUrl":"http://a:1","region":"","version":"","appliedETag":null,"appliedRevision":null,"refused":null,"sessions":0,"draining":false}""", 422, "invalid")]
    [InlineData("""{"lifeId":1,"url":"http://a:1","managementUrl":"http://a:1","region":"\u0000","version":"","appliedETag":null,"appliedRevision":null,"refused":null,"sessions":-1,"draining":false}""", 422, "invalid")]
    public async Task Heartbeat_ThatIsMalformed_IsRefusedAndNotKept(string body, int status, string code)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        using var answer = await node.PostAsync(ClusterRoutes.Heartbeat, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        await answer.ShouldBeProblemAsync(status, code);
        (await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM node_facts"))).ShouldBe(0);
    }

    [Fact]
    public async Task Heartbeat_OfTenMegabytes_IsTooLarge()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        using var answer = await node.PostAsync(ClusterRoutes.Heartbeat, new ByteArrayContent(new byte[10_000_000]));
        await answer.ShouldBeProblemAsync(413, "too-large");
    }

    internal static async Task<HttpClient> GatewayClientAsync(TestCluster cluster, RunningCentral control) =>
        control.Client((await cluster.RunAsync("gateways", "add", "g")).Secret);

    private static async Task<string[]> ListedAsync(HttpClient gateway)
    {
        var document = await gateway.GetFromJsonAsync<DirectoryDocument>(ClusterRoutes.Directory, Json.Options);
        return [.. document!.Sets.SelectMany(set => set.Nodes).Select(node => node.Name)];
    }

    /// <summary>Control's snapshot has the node, so that what follows is due to the heartbeat and not to the next look.</summary>
    private static async Task NodeIsSeenAsync(TestCluster cluster, RunningCentral control, string name, bool heard = false)
    {
        using var admin = await cluster.AdminAsync(control, "watcher");
        await Eventually.HoldsAsync(async () =>
        {
            var items = (await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items").EnumerateArray();
            return items.Any(node => node.GetProperty("name").GetString() == name && (!heard || node.GetProperty("heardAt").ValueKind != JsonValueKind.Null));
        }, "the node's appearance");
    }
}
