using System.Net;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Telemetry;

[Collection(nameof(WaitingCollection))]
public sealed class MetricsTests(StoreFixture fixture)
{
    [Fact]
    public async Task Control_CountsNodesByStateAndThoseThatLagBehindTheSettings()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        var key = await cluster.NodeKeyAsync("good", "a");
        using var node = control.Client(key);
        var etag = (await SettingsApiTests.ETagAsync(node)).Tag;
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(await cluster.LifeAsync("good"), "http://127.0.0.1:1234", applied: etag, revision: 1));
        await TestCluster.BeatAsync(control, await cluster.NodeKeyAsync("leaving", "a"), TestCluster.Heartbeat(await cluster.LifeAsync("leaving"), "http://127.0.0.1:1235", draining: true));
        await cluster.NodeKeyAsync("dead", "b");

        Scrape scrape = null!;
        double Nodes(string set, string state) => scrape["intramessenger_nodes", ("policy_set", set), ("state", state)];
        await Eventually.HoldsAsync(async () =>
        {
            scrape = await Scrape.OfAsync(control.Management);
            return (Nodes("a", "live"), Nodes("a", "draining"), Nodes("a", "down"), Nodes("b", "live"), Nodes("b", "down")) == (1, 1, 0, 0, 1);
        }, "the nodes", seen: () => scrape.Text);
        scrape["intramessenger_settings_refused", ("policy_set", "a")].ShouldBe(1, "the leaving one never said what it applies");
        scrape["intramessenger_settings_refused", ("policy_set", "b")].ShouldBe(0, "the dead one lags naturally");
        scrape["intramessenger_ready"].ShouldBe(1);
        scrape["target_info", ("service_name", "intramessenger-control")].ShouldBe(1);
        scrape["intramessenger_store_connections_limit"].ShouldBe(40);

        using var saved = await SettingsApiTests.SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 8 } });
        await Eventually.HoldsAsync(async () => (await Scrape.OfAsync(control.Management))["intramessenger_settings_refused", ("policy_set", "a")] == 2, "both lag now");
    }

    [Fact]
    public async Task Control_TellsHowLongNodesTakeToApplyWhatWasSaved()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        var key = await cluster.NodeKeyAsync("n", "a");
        var life = await cluster.LifeAsync("n");
        using var node = control.Client(key);
        async Task TellAsync(string tag) => await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", applied: tag, revision: 1));
        async Task<double> ShownAsync(string name, params (string, string)[] tags) => (await Scrape.OfAsync(control.Management))[name, tags];

        var old = (await SettingsApiTests.ETagAsync(node)).Tag;
        await TellAsync(old);
        await Eventually.HoldsAsync(async () => (await Scrape.OfAsync(control.Management)).Text.Contains("intramessenger_settings_behind_seconds"), "it is shown");
        (await ShownAsync("intramessenger_settings_behind_seconds", ("policy_set", "a"))).ShouldBe(0);
        using var saved = await SettingsApiTests.SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 8 } });
        await TellAsync(old);
        await Eventually.HoldsAsync(async () => await ShownAsync("intramessenger_settings_behind_seconds", ("policy_set", "a")) > 0.2, "it is behind");
        await TellAsync((await SettingsApiTests.ETagAsync(node)).Tag);
        await Eventually.HoldsAsync(async () => await ShownAsync("intramessenger_settings_behind_seconds", ("policy_set", "a")) == 0, "it has caught up");
        (await ShownAsync("intramessenger_settings_apply_duration_seconds_count")).ShouldBe(1);
        (await ShownAsync("intramessenger_settings_apply_duration_seconds_sum")).ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public async Task Node_ThatCaughtUpAtAnotherControl_IsBehindAtNone()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var other = await cluster.ControlAsync();
        using var admin = await cluster.AdminAsync(control);
        var key = await cluster.NodeKeyAsync("n", "a");
        var life = await cluster.LifeAsync("n");
        using var node = control.Client(key);
        async Task TellAsync(RunningCentral heard, string tag) =>
            await TestCluster.BeatAsync(heard, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", applied: tag, revision: 1) with { Catalogue = OptionCatalogue.Version });
        async Task<double> ShownAsync(string name, params (string, string)[] tags) => (await Scrape.OfAsync(control.Management))[name, tags];
        async Task<string> SavedAsync(int limit)
        {
            using var saved = await SettingsApiTests.SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = limit } });
            return (await SettingsApiTests.ETagAsync(node, $"{ClusterRoutes.Settings}?catalogue={OptionCatalogue.Version}")).Tag;
        }

        var old = await SavedAsync(7);
        await TellAsync(control, old);
        var newest = await SavedAsync(8);
        await TellAsync(control, old);
        await Eventually.HoldsAsync(async () => await ShownAsync("intramessenger_settings_behind_seconds", ("policy_set", "a")) > 0.2, "it is behind");
        await TellAsync(other, newest);
        await Eventually.HoldsAsync(async () => await ShownAsync("intramessenger_settings_behind_seconds", ("policy_set", "a")) == 0, "it has caught up");
        await TellAsync(control, newest);
        (await Scrape.OfAsync(control.Management)).Has("intramessenger_settings_apply_duration_seconds_count").ShouldBeFalse("the other control has counted it");
    }

    [Fact]
    public async Task Gateway_CountsTheNodesThatItBelievesToBeWell()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var first = await cluster.NodeAsync(control, "n1", "a");
        await cluster.NodeAsync(control, "n2", "a");
        var gateway = await cluster.GatewayAsync(control);
        await DestinationsAsync(gateway, "a", 2);
        await DestinationsAsync(gateway, "b", 0);
        first.IsWell = false;
        await DestinationsAsync(gateway, "a", 1);

        using var client = gateway.PublicClient();
        foreach (var path in new[] { "/metrics", "/a/metrics" }) (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var scrape = await Scrape.OfAsync(gateway.Management);
        scrape["target_info", ("service_name", "intramessenger-gateway")].ShouldBe(1);
        scrape["intramessenger_ready"].ShouldBe(1);
    }

    [Fact]
    public async Task Gateway_CountsWhatItRefusesByItself()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var gateway = await cluster.GatewayAsync(control);
        await DestinationsAsync(gateway, "a", 0);
        using var client = gateway.PublicClient();
        for (var n = 0; n < 3; n++) (await client.GetAsync("/a/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var page = new HttpRequestMessage(HttpMethod.Get, "/a/") { Headers = { { "Accept", "text/html" } } };
        (await client.SendAsync(page)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var scrape = await Scrape.OfAsync(gateway.Management);
        scrape["intramessenger_refusals_total", ("code", "busy")].ShouldBe(4);
        scrape["intramessenger_refusals_total", ("code", "not-found")].ShouldBe(1);
    }

    [Fact]
    public async Task Gateway_WhateverNameClientsUse_TellsNoneOfThem()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "n1", "a");
        var gateway = await cluster.GatewayAsync(control);
        await DestinationsAsync(gateway, "a", 1);
        using var client = gateway.PublicClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/who") { Headers = { Host = "name-of-the-client.example" } };
        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var scrape = await Scrape.OfAsync(gateway.Management);
        scrape.Sum("http_client_request_duration_seconds_count", ("http_request_method", "GET")).ShouldBeGreaterThan(0);
        scrape["http_server_request_duration_seconds_count", ("http_route", "/a/{**rest}"), ("http_response_status_code", "200")].ShouldBe(1);
        scrape.Text.ShouldNotContain("name-of-the-client");
    }

    [Fact]
    public async Task BothRolesInOneProcess_AreCalledCentral()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var key = (await cluster.RunAsync("gateways", "add", "both")).Secret;
        var (management, listen) = (TestCluster.Address(), TestCluster.Address());
        var both = await cluster.KeepAsync(cluster.Write(new
        {
            roles = new[] { "control", "gateway" },
            listen,
            management,
            data = cluster.NewFolder(),
            store = new { connectionString = cluster.ConnectionString },
            control = new { addresses = new[] { control.Management }, key },
            telemetry = new { instance = "here" },
        }), management, listen);
        var scrape = await Scrape.OfAsync(both.Management);
        scrape["target_info", ("service_name", "intramessenger-central"), ("service_namespace", "intramessenger"), ("service_instance_id", "here")].ShouldBe(1);
        scrape.Has("intramessenger_nodes").ShouldBeTrue();
        scrape.Has("intramessenger_gateway_destinations").ShouldBeTrue();
    }

    [Fact]
    public void MistakesOfTheTelemetrySection_AreToldWithTheOthers()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"roles":["gateways"],"telemetry":{"otlpEndpoint":"here","traceRatio":2}}""");
        var message = Should.Throw<ArgumentException>(() => CentralProgram.Build(file)).Message;
        File.Delete(file);
        message.ShouldContain("roles has 'gateways'");
        message.ShouldContain("telemetry.otlpEndpoint is 'here'");
        message.ShouldContain("telemetry.traceRatio is 2");
    }

    private static Task DestinationsAsync(RunningCentral gateway, string set, int count) => Eventually.HoldsAsync(
        async () => (await Scrape.OfAsync(gateway.Management)).Sum("intramessenger_gateway_destinations", ("policy_set", set)) == count, $"{count} nodes of {set}", 15);
}
