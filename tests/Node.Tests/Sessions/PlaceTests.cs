using IntraMessenger.Node.Events;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>The connection limit: exact over all nodes, once a person and set.</summary>
public sealed class PlaceTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private async Task<(TestNode, TestNode)> NodesAsync(int limit) =>
        (await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", limit)), await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", limit)));

    private Task<int> PlacesAsync(int set = 1) => _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM places WHERE policy_set_id = @set", new { set });

    private Task<int> CounterAsync(int set = 1) => _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = @set", new { set });

    // What holds the place of a session that makes no requests any more has passed.
    private Task ForgetAsync(Person person) =>
        _cluster.ExecuteAsync("UPDATE sessions SET last_seen_at = last_seen_at - INTERVAL 80 SECOND WHERE account_id = @Id", new { person.Id });

    // Places that nothing holds are looked for a few times a second at the most.
    private static async Task<Person> ComesInAsync(Person person)
    {
        await Eventually.HoldsAsync(async () => (await person.Node.SignInAsync(person.Username)).Status == 201, $"{person.Username} comes in", seconds: 2);
        return await person.SignInAsync();
    }

    [Fact]
    [Trait("effect", "sessions.maxConnectedUsers")]
    public async Task Limit_With60SignInsAtOnceOverTwoNodes_AdmitsExactly7()
    {
        var (one, two) = await NodesAsync(7);
        var people = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => one.AddAsync("p")));
        var answers = await Task.WhenAll(people.Select((person, i) => (i % 2 == 0 ? one : two).SignInAsync(person.Username)));
        answers.Count(answer => answer.Status == 201).ShouldBe(7);
        foreach (var refused in answers.Where(answer => answer.Status != 201)) refused.IsProblem(429, "max-connected-users").NamesLimit("sessions.maxConnectedUsers", 7);
        (await PlacesAsync()).ShouldBe(7);
        (await CounterAsync()).ShouldBe(7);
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions")).ShouldBe(7, "a refused sign-in leaves nothing");
    }

    [Fact]
    public async Task Limit_WithSignInsAndSignOutsAtOnce_IsNeverPassed()
    {
        var (one, two) = await NodesAsync(5);
        var people = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => one.AddAsync("p")));
        var over = 0;
        await Task.WhenAll(people.Select(async (person, i) =>
        {
            for (var round = 0; round < 4; round++)
            {
                var node = (i + round) % 2 == 0 ? one : two;
                var answer = await node.SignInAsync(person.Username);
                if (await PlacesAsync() > 5) Interlocked.Increment(ref over);
                if (answer.Status == 201) (await node.SendAsync(HttpMethod.Delete, "/session", null, answer["token"].GetString())).Is(204);
            }
        }));
        over.ShouldBe(0);
        (await PlacesAsync()).ShouldBe(0);
        (await CounterAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Client_ThatComesBackToNoPlace_IsNotHeld()
    {
        var (one, two) = await NodesAsync(1);
        var alice = await one.SignUpAsync("alice");
        await alice.PollAsync();
        var hosted = one.Services.GetRequiredService<EventHub>().Find(long.Parse(alice.SessionId))!;
        hosted.DetachIfIdle(long.MaxValue);
        await _cluster.ExecuteAsync("UPDATE sessions SET life_id = NULL WHERE account_id = @Id", new { alice.Id });
        await ForgetAsync(alice);
        await ComesInAsync(await two.AddAsync("bob"));

        (await alice.GetAsync($"/events?after={alice.Cursor}")).IsProblem(429, "max-connected-users");
        hosted.Ending.ShouldBe(Ending.NoPlace);
        hosted.IdleSince.ShouldNotBeNull("no request of it is there");
    }

    [Fact]
    public async Task Person_WithTwoSessions_HasOnePlaceUntilTheLastSignsOut()
    {
        var (one, two) = await NodesAsync(1);
        var alice = await one.SignUpAsync("alice");
        var second = await alice.SignInAsync(at: two);
        var bob = await one.AddAsync("bob");
        (await PlacesAsync()).ShouldBe(1);
        (await one.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users");
        (await one.SignInAsync(bob.Username, "a wrong password")).IsProblem(401, "invalid-credentials");
        (await alice.DeleteAsync("/session")).Is(204);
        (await two.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users");
        (await second.DeleteAsync("/session")).Is(204);
        (await two.SignInAsync(bob.Username)).Is(201);
    }

    [Fact]
    public async Task Sets_OfOneStore_HavePlacesOfTheirOwn()
    {
        var a = await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", 1));
        var b = await _cluster.StartNodeAsync("b", ("sessions.maxConnectedUsers", 1));
        var alice = await a.SignUpAsync("alice");
        await alice.SignInAsync(at: b);
        var bob = await b.AddAsync("bob");
        (await b.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users");
        ((await PlacesAsync(1)), (await PlacesAsync(2))).ShouldBe((1, 1));
        (await alice.DeleteAsync("/session")).Is(204);
        (await b.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users", because: "the place under b is another one");
    }

    [Fact]
    public async Task Token_WhosePlaceWasTaken_IsRefusedCanSignOutAndGetsInAgain()
    {
        var (one, two) = await NodesAsync(1);
        var alice = await one.SignUpAsync("alice");
        var spare = await alice.SignInAsync();
        await ForgetAsync(alice);
        var bob = await ComesInAsync(await two.AddAsync("bob"));
        (await bob.GetAsync("/sessions")).Items.Count.ShouldBe(2);
        (await bob.DeleteAsync("/sessions/" + (await bob.GetAsync("/sessions")).Items[0].GetProperty("id").GetString())).Is(204);

        (await alice.GetAsync("/me")).IsProblem(429, "max-connected-users").NamesLimit("sessions.maxConnectedUsers", 1);
        (await alice.GetAsync($"/events?after={alice.Cursor}&wait=0")).IsProblem(429, "max-connected-users").NamesLimit("sessions.maxConnectedUsers", 1);
        (await alice.At(two).PatchAsync("/me", new { displayName = "no" })).IsProblem(429, "max-connected-users");
        (await spare.DeleteAsync("/session")).Is(204, "signing out never needs a place");
        (await PlacesAsync()).ShouldBe(1, "it frees nobody else's");
        (await bob.DeleteAsync("/session")).Is(204);
        (await alice.GetAsync("/me")).Is(200, "there is room again");
        (await two.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users");
    }

    [Fact]
    public async Task Place_OfASessionWithoutRequests_IsFreeAfterItsTimeOnly()
    {
        var (one, _) = await NodesAsync(1);
        var alice = await one.SignUpAsync("alice");
        var bob = await one.AddAsync("bob");
        await _cluster.ExecuteAsync("UPDATE sessions SET last_seen_at = last_seen_at - INTERVAL 70 SECOND WHERE account_id = @Id", new { alice.Id });
        (await one.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users");
        (await alice.GetAsync("/me")).Is(200);
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions WHERE account_id = @Id AND last_seen_at > UTC_TIMESTAMP(6) - INTERVAL 5 SECOND", new { alice.Id }))
            .ShouldBe(1, "a request after 15 s writes its time");
        await ForgetAsync(alice);
        await ComesInAsync(bob);
    }

    [Fact]
    public async Task Place_OfASessionThatANodeHolds_LastsAsLongAsTheNode()
    {
        var (one, two) = await NodesAsync(1);
        var alice = await one.SignUpAsync("alice");
        await alice.PollAsync();
        await ForgetAsync(alice);
        var bob = await two.AddAsync("bob");
        (await two.SignInAsync(bob.Username)).IsProblem(429, "max-connected-users", because: "the node holds it");
        await _cluster.ExecuteAsync("UPDATE node_lives SET expires_at = renewed_at - INTERVAL 20 SECOND WHERE node_id = @Id", new { one.Id });
        await ComesInAsync(bob);
    }

    [Fact]
    public async Task Limit_OfZero_IsNone()
    {
        var (one, two) = await NodesAsync(0);
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => one.AddAsync("p")));
        (await Task.WhenAll(people.Select((person, i) => (i % 2 == 0 ? one : two).SignInAsync(person.Username)))).ShouldAllBe(answer => answer.Status == 201);
        (await PlacesAsync()).ShouldBe(12);
    }

    [Fact]
    public async Task Presence_OfSomebodyWhosePlaceEnded_IsOffline()
    {
        var (one, _) = await NodesAsync(0);
        var (alice, bob) = (await one.SignUpAsync("alice"), await one.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        (await bob.StatusOfAsync(alice)).ShouldBe("online");
        await ForgetAsync(alice);
        await Eventually.HoldsAsync(async () => await bob.StatusOfAsync(alice) == "offline", "alice is offline");
        (await PlacesAsync()).ShouldBe(1);
        (await alice.GetAsync("/me")).Is(200);
        (await bob.StatusOfAsync(alice)).ShouldBe("online", "the token is good, the person is back");
    }
}
