using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Gateway;

[Collection(nameof(WaitingCollection))]
public sealed class GatewayRoutingTests(StoreFixture fixture)
{
    [Fact]
    public async Task Request_GoesToANodeOfItsPrefixWithItsPath()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "node-a", "a");
        await cluster.NodeAsync(control, "node-b", "b");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await RoutedAsync(client, "a", "b");
        (await client.GetStringAsync("/a/who")).ShouldBe("node-a");
        (await client.GetStringAsync("/b/who")).ShouldBe("node-b");
        (await client.GetAsync("/b/no")).StatusCode.ShouldBe((HttpStatusCode)418);
        using var echo = await client.PostAsync("/a/echo", new StringContent("hello"));
        (await echo.Content.ReadAsStringAsync()).ShouldBe("hello");
    }

    [Fact]
    public async Task Request_CarriesTheClientsAddressAndTheNameItUsed()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "node-a", "a");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await RoutedAsync(client, "a");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/headers") { Headers = { Host = "chat.example", } };
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        var headers = await (await client.SendAsync(request)).JsonAsync();
        headers.GetProperty("Host").GetString().ShouldBe("chat.example");
        headers.GetProperty("X-Forwarded-For").GetString()!.Replace(" ", "").ShouldBe("203.0.113.9,127.0.0.1");
    }

    [Fact]
    public async Task Requests_OfOneSession_MeetOnOneNodeThroughAnyGateway()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        foreach (var name in new[] { "n1", "n2", "n3" }) await cluster.NodeAsync(control, name, "a");
        var gateways = new[] { await cluster.GatewayAsync(control), await cluster.GatewayAsync(control) };
        foreach (var gateway in gateways)
        {
            using var client = gateway.PublicClient();
            await AllRoutedAsync(client, 3);
        }

        var used = new Dictionary<string, int>();
        for (var session = 0; session < 60; session++)
        {
            var answers = new HashSet<string>();
            foreach (var gateway in gateways)
            {
                using var byHeader = gateway.PublicClient($"token-{session}");
                using var byCookie = gateway.PublicClient();
                byCookie.DefaultRequestHeaders.Add("Cookie", $"im_session=token-{session}");
                answers.Add(await byHeader.GetStringAsync("/a/who"));
                answers.Add(await byCookie.GetStringAsync("/a/who"));
            }

            answers.Count.ShouldBe(1);
            used[answers.Single()] = used.GetValueOrDefault(answers.Single()) + 1;
        }

        used.Count.ShouldBe(3);
        used.Values.ShouldAllBe(sessions => sessions >= 8); // a fair share is 20
    }

    [Fact]
    public async Task EventStream_ArrivesPieceByPiece()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var node = await cluster.NodeAsync(control, "node-a", "a");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await RoutedAsync(client, "a");
        node.Stream.Writer.TryWrite("data: 0\n\n");
        using var answer = await client.GetAsync("/a/events", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(20));
        await using var stream = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        for (var n = 0; n < 3; n++)
        {
            if (n > 0) node.Stream.Writer.TryWrite($"data: {n}\n\n");
            (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe($"data: {n}");
            (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("");
        }
    }

    [Fact]
    public async Task Prefix_ThatNobodyServes_IsNotFound()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await (await client.GetAsync("/zz/api/v1/me")).ShouldBeProblemAsync(404, "not-found");
        await (await client.GetAsync("/")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Body_OfTenMegabytes_IsTooLarge()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "node-a", "a");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await RoutedAsync(client, "a");
        await (await client.PostAsync("/a/echo", new ByteArrayContent(new byte[10_000_000]))).ShouldBeProblemAsync(413, "too-large");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/a/echo") { Content = new ByteArrayContent(new byte[200_000]) };
        chunked.Headers.TransferEncodingChunked = true;
        await (await client.SendAsync(chunked)).ShouldBeProblemAsync(413, "too-large");
        (await client.GetStringAsync("/a/who")).ShouldBe("node-a", "a client's mistake is not the node's");
    }

    [Fact]
    public async Task Ports_AreSeparate()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var both = await BothRolesAsync(cluster);
        await cluster.NodeAsync(both, "node-a", "a");
        using var outside = both.PublicClient();
        await RoutedAsync(outside, "a");
        foreach (var path in new[] { "/health/live", "/health/ready", "/cluster/v1/settings", "/cluster/v1/directory", "/console/api/nodes" })
            await (await outside.GetAsync(path)).ShouldBeProblemAsync(404, "not-found");
        await (await outside.PostAsJsonAsync("/console/api/session", new { username = "x", password = "y" })).ShouldBeProblemAsync(404, "not-found");
        using var inside = both.Client();
        await (await inside.GetAsync("/a/who")).ShouldBeProblemAsync(404, "not-found");
        (await inside.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<RunningCentral> BothRolesAsync(TestCluster cluster)
    {
        var (management, listen) = (TestCluster.Address(), TestCluster.Address());
        var key = (await cluster.RunAsync("gateways", "add", "g")).Secret;
        var file = cluster.Write(new
        {
            roles = new[] { "control", "gateway" },
            listen,
            management,
            data = cluster.NewFolder(),
            store = new { connectionString = cluster.ConnectionString },
            control = new { addresses = new[] { management }, key },
        });
        return await cluster.KeepAsync(file, management, listen);
    }

    internal static async Task RoutedAsync(HttpClient client, params string[] prefixes)
    {
        foreach (var prefix in prefixes)
            await Eventually.HoldsAsync(async () => (await client.GetAsync($"/{prefix}/who")).IsSuccessStatusCode, $"the route to /{prefix}");
    }

    internal static Task AllRoutedAsync(HttpClient client, int nodes)
    {
        var seen = new HashSet<string>();
        return Eventually.HoldsAsync(async () =>
        {
            using var answer = await client.GetAsync("/a/who");
            if (answer.IsSuccessStatusCode) seen.Add(await answer.Content.ReadAsStringAsync());
            return seen.Count == nodes;
        }, $"routes to {nodes} nodes");
    }
}
