using Scrape = IntraMessenger.Testing.Scrape;

namespace IntraMessenger.Node.Tests.Leaving;

public sealed class DrainTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private TestCluster _cluster = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _control.StartAsync();
        _node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = _control.Url });
        _other = await _cluster.StartNodeAsync("a");
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _control.DisposeAsync();
    }

    private static async Task<int> PlacesAsync(TestCluster cluster) => await cluster.ScalarAsync<int>("SELECT COUNT(*) FROM places");

    [Fact]
    public async Task Drain_WantedByControl_MovesEverybodyAndTakesNobodyUntilItIsCalledOff()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        while ((await bob.PollAsync()).Count > 0) ;
        var held = bob.PollAsync(wait: 50);

        _control.Drain = true;
        await stream.NextAsync("moved");
        await stream.EndsAsync();
        (await held).Single().GetProperty("type").GetString().ShouldBe("moved");
        _control.LastHeartbeat!.Draining.ShouldBeTrue("first the routes, then the people");

        (await alice.GetAsync($"/events?after={alice.Cursor}&wait=0")).IsProblem(503, "busy");
        (await _node.SignInAsync(bob.Username)).IsProblem(503, "busy");
        (await _node.SendAsync(HttpMethod.Post, "/accounts", new { username = _cluster.Unused("new"), password = "a long password" })).IsProblem(503, "busy");
        (await alice.SendAsync(talk, "what was under way is finished")).Is(201);
        (await _node.HealthAsync()).Is(503)["reasons"].ToString().ShouldContain("draining");
        (await Scrape.OfAsync(_node.ManagementUrl))["intramessenger_draining", ("policy_set", "a")].ShouldBe(1);

        // Both go on through the other one, where they stood and with the places that they had.
        (await bob.At(_other).NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("what was under way is finished");
        (await alice.At(_other).PollAsync()).ShouldNotContain(item => item.GetProperty("type").GetString() == "resync");
        (await PlacesAsync(_cluster)).ShouldBe(2);

        _control.Drain = false;
        await Eventually.HoldsAsync(async () => (await _node.HealthAsync()).Status == 200, "the node's return");
        (await _node.SignInAsync(bob.Username)).Is(201);
        (await bob.PollAsync()).ShouldNotContain(item => item.GetProperty("type").GetString() == "moved");
        (await Scrape.OfAsync(_node.ManagementUrl))["intramessenger_draining", ("policy_set", "a")].ShouldBe(0);
    }

    [Fact]
    public async Task Drain_BeforeControlKnowsOfIt_MovesNobodyAndTakesNobody()
    {
        var alice = await _node.SignUpAsync("alice");
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        await stream.ReadAsync();
        var knows = new TaskCompletionSource();
        _control.KnowsOfDrain = knows.Task;
        var stopping = _node.StopAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(_control.LastHeartbeat!.Draining), "the news");
        (await _node.SignInAsync(alice.Username)).IsProblem(503, "busy");
        (await alice.GetAsync("/me")).Is(200, "it still serves");
        var next = stream.NextAsync("moved");
        await Task.Delay(500);
        next.IsCompleted.ShouldBeFalse("first out of the routes");
        knows.SetResult();
        await next;
        await stopping;
    }

    [Fact]
    public async Task Stop_OfANode_FinishesItsRequestsAndEndsItsLeaseAfterEverybodyMoved()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _node.SignUpAsync("guest")));
        var streams = await Task.WhenAll(people.Select(person => EventReader.OpenAsync(person, person.Cursor)));
        foreach (var stream in streams) await stream.ReadAsync();

        await _node.StopAsync();

        foreach (var stream in streams)
        {
            await stream.NextAsync("moved");
            await stream.EndsAsync();
            await stream.DisposeAsync();
        }

        _control.LastHeartbeat!.Draining.ShouldBeTrue();
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM live_nodes WHERE node_id = @Id", new { _node.Id })).ShouldBe(0);
        (await PlacesAsync(_cluster)).ShouldBe(30, "their places are kept for them");
    }

    [Fact]
    public async Task Stop_WhileControlIsAway_DoesNotWaitForIt()
    {
        var alone = await _cluster.StartNodeAsync("a");
        var alice = await alone.SignUpAsync("alice");
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        await stream.ReadAsync();
        await alone.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await stream.NextAsync("moved");
    }
}
