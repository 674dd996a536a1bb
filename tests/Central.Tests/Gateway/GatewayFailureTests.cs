using System.Net;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Gateway;

[Collection(nameof(WaitingCollection))]
public sealed class GatewayFailureTests(StoreFixture fixture)
{
    [Fact]
    public async Task DeadNode_IsNotNoticedByItsClients()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var nodes = new[] { await cluster.NodeAsync(control, "n1", "a"), await cluster.NodeAsync(control, "n2", "a") };
        using var client = (await cluster.GatewayAsync(control)).PublicClient("some token");
        using var anybody = (await cluster.GatewayAsync(control)).PublicClient();
        await GatewayRoutingTests.RoutedAsync(client, "a");
        await GatewayRoutingTests.AllRoutedAsync(anybody, 2);
        var mine = await client.GetStringAsync("/a/who");
        await nodes.Single(node => node.Name == mine).DieAsync();

        // Its lease holds for long: only the gateway's own look at it can turn the requests away.
        for (var n = 0; n < 20; n++)
        {
            (await client.GetStringAsync("/a/who")).ShouldNotBe(mine);
            using var posted = await client.PostAsync("/a/echo", new StringContent("x"));
            (await posted.Content.ReadAsStringAsync()).ShouldBe("x");
        }
    }

    [Fact]
    public async Task Node_WhoseHandshakeFails_IsNotNoticedByItsClients()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "n1", "a");
        await using var clear = await StandInNode.StartAsync("n2"); // speaks no TLS where its address says so
        await TestCluster.BeatAsync(control, await cluster.NodeKeyAsync("n2", "a"), TestCluster.Heartbeat(await cluster.LifeAsync("n2"), clear.Url) with { Url = clear.Url.Replace("http:", "https:", StringComparison.Ordinal) });
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await GatewayRoutingTests.RoutedAsync(client, "a");
        for (var n = 0; n < 20; n++)
        {
            (await client.GetStringAsync("/a/who")).ShouldBe("n1");
            using var posted = await client.PostAsync("/a/echo", new StringContent("x"));
            (await posted.Content.ReadAsStringAsync()).ShouldBe("x");
        }
    }

    [Fact]
    public async Task VanishedHost_IsNotNoticedByItsClients()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var here = await cluster.NodeAsync(control, "n1", "a");
        using var gone = new FullListener(); // its probes are answered, so that only requests can tell
        await TestCluster.BeatAsync(control, await cluster.NodeKeyAsync("n2", "a"), TestCluster.Heartbeat(await cluster.LifeAsync("n2"), here.Url) with { Url = gone.Url });
        var gateway = await cluster.GatewayAsync(control);
        using var anybody = gateway.PublicClient();
        await GatewayRoutingTests.RoutedAsync(anybody, "a");
        await Eventually.HoldsAsync(async () => (await Scrape.OfAsync(gateway.Management))["intramessenger_gateway_destinations", ("policy_set", "a")] == 2, "both are in the routes");

        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            using var client = gateway.PublicClient($"token-{n}");
            using var posted = await client.PostAsync("/a/echo", new StringContent("x"));
            (await posted.Content.ReadAsStringAsync()).ShouldBe("x");
        }));
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeInRange(1.8, 10, "some waited for the one that is gone");
    }

    [Fact]
    public async Task AllNodesDead_IsBusyWithRetryAfterAndEndsWithTheFirstThatComesBack()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var node = await cluster.NodeAsync(control, "n1", "a");
        var other = await cluster.NodeAsync(control, "n2", "a");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await GatewayRoutingTests.AllRoutedAsync(client, 2);
        await node.DieAsync();
        await other.DieAsync();
        for (var n = 0; n < 5; n++)
        {
            using var answer = await client.GetAsync("/a/who");
            await answer.ShouldBeProblemAsync(503, "busy");
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        await using var back = await StandInNode.StartAsync("n1", new Uri(node.Url).Port);
        await Eventually.HoldsAsync(async () => (await client.GetAsync("/a/who")).IsSuccessStatusCode, "the way back to the node");
    }

    [Theory]
    [InlineData("en-GB, fr;q=0.5", "lang=\"en\"")]
    [InlineData("fr-CA, en;q=0.5", "lang=\"fr\"")]
    [InlineData("de", "lang=\"en\"")]
    public async Task NoNode_ForABrowserThatShowsAPage_IsASentenceThatTriesAgain(string languages, string expected)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/");
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain(expected);
        page.ShouldContain("location.reload()");
        using var api = await client.GetAsync("/a/api/v1/me");
        await api.ShouldBeProblemAsync(503, "busy");
    }

    [Fact]
    public async Task Node_ThatIsNotReady_GetsNoRequestsWhileAnotherIs()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var (first, second) = (await cluster.NodeAsync(control, "n1", "a"), await cluster.NodeAsync(control, "n2", "a"));
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await Eventually.HoldsAsync(async () => (await WhoAsync(client)).Length == 2, "the routes to both");

        // They answer requests still: only the probes tell.
        first.IsWell = false;
        await Eventually.HoldsAsync(async () => (await WhoAsync(client)) is ["n2"], "turning away");
        second.IsWell = false;
        await Eventually.HoldsAsync(async () => (await WhoAsync(client)).Length == 2, "a try at all of them where none is known to be well");
    }

    [Fact]
    public async Task EventRequest_AtANodeThatGoesDown_IsCutWhereThereIsAnotherNode()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        StandInNode[] nodes = [await cluster.NodeAsync(control, "n1", "a"), await cluster.NodeAsync(control, "n2", "a")];
        using var client = (await cluster.GatewayAsync(control)).PublicClient("some token");
        await Eventually.HoldsAsync(async () => (await WhoAsync(client)).Length == 1, "the route");
        foreach (var node in nodes) node.Answers = new TaskCompletionSource().Task; // both hold what they get
        var first = nodes.Single(node => node.Name == WhoAsync(client).Result[0]);
        var other = nodes.Single(node => node != first);

        var held = client.GetAsync("/a/api/v1/events?wait=55");
        var answered = client.GetAsync("/a/api/v1/contacts");
        first.IsWell = false;
        await Should.ThrowAsync<HttpRequestException>(held.WaitAsync(TimeSpan.FromSeconds(30)));
        answered.IsCompleted.ShouldBeFalse("what is to be answered soon has its own patience");

        // With nowhere else to go it stays: a node whose store is away holds what it has.
        held = client.GetAsync("/a/api/v1/events?wait=55");
        first.IsWell = true;
        await Eventually.HoldsAsync(async () => (await WhoAsync(client)) is [var who] && who == first.Name, "the way back");
        var here = client.GetAsync("/a/api/v1/events?wait=55");
        other.IsWell = false;
        await Should.ThrowAsync<HttpRequestException>(held.WaitAsync(TimeSpan.FromSeconds(30)));
        first.IsWell = false;
        await Task.Delay(TimeSpan.FromSeconds(8));
        here.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/", "en", "This is not a whole address")]
    [InlineData("/nowhere/", "fr", "Cette adresse est incomplète")]
    public async Task AddressOfNoPolicySet_ForABrowserThatShowsAPage_SaysWhomToAsk(string path, string language, string expected)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "n1", "a");
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await GatewayRoutingTests.RoutedAsync(client, "a");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation("Accept-Language", language);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain(expected);
        page.ShouldNotContain("<script");
        using var api = await client.GetAsync(path);
        await api.ShouldBeProblemAsync(404, "not-found");
    }

    /// <summary>Who answers some requests without a token, which go to any.</summary>
    private static async Task<string[]> WhoAsync(HttpClient client)
    {
        var answers = new SortedSet<string>();
        for (var i = 0; i < 24; i++)
        {
            using var answer = await client.GetAsync("/a/who");
            if (answer.IsSuccessStatusCode) answers.Add(await answer.Content.ReadAsStringAsync());
        }

        return [.. answers];
    }

    [Fact]
    public async Task Set_WithoutLiveNodes_IsBusy()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var client = (await cluster.GatewayAsync(control)).PublicClient();
        await Eventually.HoldsAsync(async () => (await client.GetAsync("/b/who")).StatusCode == HttpStatusCode.ServiceUnavailable, "the route");
        using var answer = await client.GetAsync("/b/api/v1/me");
        await answer.ShouldBeProblemAsync(503, "busy");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task ControlAway_ChangesNothingAndARestartGoesOnFromTheCopy()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "n1", "a");
        var data = cluster.NewFolder();
        var gateway = await cluster.GatewayAsync(control, data);
        using (var client = gateway.PublicClient()) await GatewayRoutingTests.RoutedAsync(client, "a");
        await control.DisposeAsync();
        using (var client = gateway.PublicClient()) (await client.GetStringAsync("/a/who")).ShouldBe("n1");
        await gateway.DisposeAsync();

        var restarted = await cluster.GatewayAsync(control, data);
        using var again = restarted.PublicClient();
        await GatewayRoutingTests.RoutedAsync(again, "a");
        using var management = restarted.Client();
        (await management.GetStringAsync("/health/ready")).ShouldContain("controlAwayBecause\":\"");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.Combine(data, "directory.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Gateway_WithNeitherControlNorCopy_LivesAndIsNotReady()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var (management, listen) = (TestCluster.Address(), TestCluster.Address());
        var file = cluster.Write(new { roles = new[] { "gateway" }, listen, management, data = cluster.NewFolder(), control = new { addresses = new[] { TestCluster.Address() }, key = "x" } });
        await using var gateway = await RunningCentral.StartAsync(file, management, listen);
        (await gateway.IsReadyAsync()).ShouldBeFalse();
        using var client = gateway.PublicClient();
        await (await client.GetAsync("/a/who")).ShouldBeProblemAsync(503, "busy");
    }
}
