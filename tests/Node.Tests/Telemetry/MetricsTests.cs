using System.Net;
using IntraMessenger.Launcher;
using Scrape = IntraMessenger.Testing.Scrape;

namespace IntraMessenger.Node.Tests.Telemetry;

/// <summary>The numbers of <c>/metrics</c> are true: each test knows what it did.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private static readonly (string, string) A = ("policy_set", "a");

    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private static Task<Scrape> ScrapeAsync(TestNode node) => Scrape.OfAsync(node.ManagementUrl);

    private static async Task<string> BetweenAsync(Person alice, Person bob)
    {
        await alice.BefriendAsync(bob);
        return await alice.OpenAsync(bob);
    }

    [Fact]
    public async Task Metrics_AreOnTheManagementPortOnly()
    {
        var node = await _cluster.StartNodeAsync("a");
        (await ScrapeAsync(node))["intramessenger_ready", A].ShouldBe(1);
        foreach (var path in new[] { "/metrics", "/a/metrics", "/a/api/v1/metrics" }) (await node.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Messages_AreCountedOnceEach_AndTimed()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        var talk = await BetweenAsync(alice, bob);
        (await ScrapeAsync(node))["intramessenger_messages_accepted_total", A].ShouldBe(0);

        var repeated = Guid.NewGuid();
        for (var i = 0; i < 6; i++) (await alice.SendAsync(talk, $"{i}")).Is(201);
        (await alice.SendAsync(talk, "again", repeated)).Is(201);
        (await alice.SendAsync(talk, "again", repeated)).Is(200);
        (await alice.SendAsync(talk, "another text", repeated)).Is(409);
        (await alice.SendAsync("999", "nowhere")).Is(404);

        var scrape = await ScrapeAsync(node);
        scrape["intramessenger_messages_accepted_total", A].ShouldBe(7);
        scrape["intramessenger_message_commit_duration_seconds_count", A].ShouldBe(7);
        scrape["intramessenger_message_commit_duration_seconds_bucket", A, ("le", "10")].ShouldBe(7);
        scrape["intramessenger_message_commit_duration_seconds_sum", A].ShouldBeInRange(0.0001, 20);
    }

    [Fact]
    public async Task Deliveries_AreCountedAsTheyAreHandedOver_AndWaitBefore()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        var talk = await BetweenAsync(alice, bob);
        await bob.PollAsync(wait: 0);

        for (var i = 0; i < 3; i++) (await alice.SendAsync(talk, $"{i}")).Is(201);
        await Eventually.HoldsAsync(async () => (await ScrapeAsync(node))["intramessenger_messages_waiting", A] == 3, "three messages wait for bob");
        (await ScrapeAsync(node))["intramessenger_messages_delivered_total", A].ShouldBe(0, "alice holds no stream, and bob does not wait");

        await bob.EventsUntilAsync(item => item.TryGetProperty("text", out var text) && text.GetString() == "2");
        var scrape = await ScrapeAsync(node);
        scrape["intramessenger_messages_waiting", A].ShouldBe(0);
        scrape["intramessenger_messages_delivered_total", A].ShouldBe(3);
        scrape["intramessenger_sessions_hosted", A].ShouldBe(1);
        scrape.Has("intramessenger_message_delivery_duration_seconds_count").ShouldBeFalse("what waited for its client tells nothing of the cluster");

        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        (await alice.SendAsync(talk, "live")).Is(201);
        await stream.NextAsync("message");
        await Eventually.HoldsAsync(async () => (await ScrapeAsync(node)).Sum("intramessenger_message_delivery_duration_seconds_count", A) == 1, "the live delivery");
        scrape = await ScrapeAsync(node);
        scrape["intramessenger_messages_delivered_total", A].ShouldBe(4);
        scrape["intramessenger_message_delivery_duration_seconds_sum", A].ShouldBeInRange(0, 5);
        scrape["intramessenger_messages_waiting", A].ShouldBe(0);
    }

    [Fact]
    public async Task Waiting_WhereAClientMakesUpItsCursor_CountsWhatWaits()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        var talk = await BetweenAsync(alice, bob);
        await bob.PollAsync();
        var parts = bob.Cursor.Split('.');
        for (var round = 0; round < 3; round++)
        {
            bob.Cursor = $"{parts[0]}.{parts[1]}.{long.MaxValue}.{parts[3]}";
            await bob.PollAsync();
            (await alice.SendAsync(talk, $"{round}")).Is(201);
            await bob.NextEventAsync("message", item => item.GetProperty("text").GetString() == $"{round}");
            await bob.PollAsync();
            (await ScrapeAsync(node))["intramessenger_messages_waiting", A].ShouldBe(0);
        }
    }

    [Fact]
    public async Task ReplayedMessages_AreDelivered_ButTellNothingOfTheDelay()
    {
        var (one, two) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("a"));
        var (alice, bob) = (await one.SignUpAsync("alice"), await one.SignUpAsync("bob"));
        var talk = await BetweenAsync(alice, bob);
        (await alice.SendAsync(talk, "before")).Is(201);
        await bob.At(two).EventsUntilAsync(item => item.TryGetProperty("text", out var text) && text.GetString() == "before");
        var scrape = await ScrapeAsync(two);
        scrape["intramessenger_messages_delivered_total", A].ShouldBe(1);
        scrape.Sum("intramessenger_message_delivery_duration_seconds_count", A).ShouldBe(0);
    }

    [Fact]
    public async Task Refusals_AreCountedByCodeAndLimit()
    {
        var node = await _cluster.StartNodeAsync("a", ("contacts.max", 1), ("sessions.maxConnectedUsers", 2));
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        var (carol, dora) = (await node.AddAsync("carol"), await node.AddAsync("dora"));
        (await alice.AsksAsync(bob)).Is(201);
        (await alice.AsksAsync(carol)).Is(409);
        for (var i = 0; i < 3; i++) (await node.SignInAsync(dora.Username)).Is(429);
        (await node.SendAsync(HttpMethod.Get, "/me")).Is(401);

        var scrape = await ScrapeAsync(node);
        scrape["intramessenger_refusals_total", A, ("code", "max-contacts"), ("option", "contacts.max")].ShouldBe(1);
        scrape["intramessenger_refusals_total", A, ("code", "max-connected-users"), ("option", "sessions.maxConnectedUsers")].ShouldBe(3);
        scrape["intramessenger_refusals_total", A, ("code", "no-session")].ShouldBe(1);
        scrape.Sum("intramessenger_refusals_total").ShouldBe(5);
        scrape.Sum("http_server_request_duration_seconds_count", ("http_route", "/api/v1/session"), ("http_response_status_code", "429")).ShouldBe(3);
    }

    [Fact]
    public async Task ConnectedUsers_AreThoseOfAllNodesOfTheSet()
    {
        var nodes = new[] { await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", 9)), await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", 9)) };
        var b = await _cluster.StartNodeAsync("b");
        var alice = await nodes[0].SignUpAsync("alice");
        await alice.SignInAsync(); // a second session of the same person takes no second place
        await nodes[1].SignUpAsync("bob");
        await b.SignUpAsync("carol");
        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(async () => (await ScrapeAsync(node))["intramessenger_users_connected", A] == 2, "alice and bob");
            (await ScrapeAsync(node))["intramessenger_users_limit", A].ShouldBe(9);
        }

        var scrape = await ScrapeAsync(b);
        await Eventually.HoldsAsync(async () => (scrape = await ScrapeAsync(b))["intramessenger_users_connected"] == 1, "carol");
        scrape.Text.ShouldNotContain("policy_set=\"a\"", customMessage: "another node of this process is not told of here");
    }

    [Fact]
    public async Task Signals_AreCountedOnBothSides_AndWhatGotLostIsSwept()
    {
        var nowhere = $"http://127.0.0.1:{FreePort.Next()}";
        var (one, two) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = nowhere }));
        var (alice, bob) = (await one.SignUpAsync("alice"), await two.SignUpAsync("bob"));
        var talk = await BetweenAsync(alice, bob);
        await bob.PollAsync(wait: 0);
        await Eventually.HoldsAsync(async () => (await ScrapeAsync(one))["intramessenger_signals_received_total"] > 0, "one hears two");
        await Eventually.HoldsAsync(async () =>
        {
            (await alice.SendAsync(talk, "lost")).Is(201);
            return (await ScrapeAsync(one))["intramessenger_signals_lost_total"] > 0;
        }, "one cannot tell two");
        await Eventually.HoldsAsync(async () => (await ScrapeAsync(two))["intramessenger_changes_swept_total"] > 0, "two finds it by its sweep");
        (await ScrapeAsync(two))["intramessenger_signals_received_total"].ShouldBe(0);
        (await ScrapeAsync(one))["intramessenger_signals_sent_total"].ShouldBe(0);
        (await ScrapeAsync(two))["intramessenger_signals_sent_total"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Node_WithoutSettings_IsNotReady()
    {
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { HasLastGood = false });
        var scrape = await ScrapeAsync(node);
        scrape["intramessenger_ready"].ShouldBe(0);
        scrape.Has("intramessenger_settings_revision").ShouldBeFalse();
        scrape.Has("intramessenger_users_connected").ShouldBeFalse();

        var other = await ScrapeAsync(await _cluster.StartNodeAsync("a"));
        other["intramessenger_settings_revision", A].ShouldBe(1);
        other["intramessenger_settings_age_seconds", A].ShouldBeInRange(0, 60);
        other["intramessenger_store_connections_limit", A].ShouldBe(16);
        other["intramessenger_passwords_waiting", A].ShouldBe(0);
        other["intramessenger_store_retries_total", A, ("reason", "conflict")].ShouldBe(0);
    }

    [Fact]
    public async Task HeldRequests_AreNoDurations()
    {
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        await alice.PollAsync(wait: 1);
        (await alice.GetAsync("/events?after=nonsense")).Is(422);
        var scrape = await ScrapeAsync(node);
        scrape["http_server_request_duration_seconds_count", ("http_route", "/api/v1/events")].ShouldBe(1, "the refusal alone");
        scrape.Has("http_server_active_requests").ShouldBeTrue();
        scrape.Sum("http_server_request_duration_seconds_count", ("http_route", "/metrics")).ShouldBe(0);
    }
}
