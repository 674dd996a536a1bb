using System.Net.Http.Json;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>How many sessions one address may hold.</summary>
public sealed class AddressLimitTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    // The nodes believe loopback, where the tests are, as they believe a proxy.
    private static Task<Reply> SignInAsync(TestNode node, Person person, string address) =>
        node.SendAsync(HttpMethod.Post, "/session", JsonContent.Create(new { username = person.Username, password = TestNode.Password }), null, ("X-Forwarded-For", address));

    [Fact]
    [Trait("effect", "sessions.maxPerAddress")]
    public async Task SignIn_FromOneAddressOnTwoNodesAtOnce_LeavesExactlyTheLimit()
    {
        var nodes = await Task.WhenAll(_cluster.StartNodeAsync("a", ("sessions.maxPerAddress", 7)), _cluster.StartNodeAsync("a", ("sessions.maxPerAddress", 7)));
        var people = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => nodes[0].AddAsync("person")));
        var answers = await Task.WhenAll(people.Select((person, i) => SignInAsync(nodes[i % 2], person, "192.0.2.1")));
        answers.Count(answer => answer.Status == 201).ShouldBe(7);
        foreach (var answer in answers.Where(answer => answer.Status != 201)) answer.IsProblem(429, "max-sessions-per-address").NamesLimit("sessions.maxPerAddress", 7);
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions")).ShouldBe(7);
        (await _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = 1")).ShouldBe(7, "who was refused took no place");
        (await SignInAsync(nodes[0], people[0], "192.0.2.2")).Is(201, "another address");
    }

    [Fact]
    public async Task SignIn_AtTheLimit_EndsASessionThatNobodyUses()
    {
        var node = await _cluster.StartNodeAsync("a", ("sessions.maxPerAddress", 2));
        var (alice, bob, carol) = (await node.AddAsync("alice"), await node.AddAsync("bob"), await node.AddAsync("carol"));
        var first = (await SignInAsync(node, alice, "192.0.2.1")).Is(201)["token"].GetString();
        (await SignInAsync(node, bob, "192.0.2.1")).Is(201);
        (await SignInAsync(node, carol, "192.0.2.1")).IsProblem(429, "max-sessions-per-address");
        (await node.SendAsync(HttpMethod.Get, "/me", null, first)).Is(200);
        await _cluster.ExecuteAsync("UPDATE sessions SET last_seen_at = last_seen_at - INTERVAL 80 SECOND WHERE account_id = @Id", new { alice.Id });
        (await SignInAsync(node, carol, "192.0.2.1")).Is(201);
        (await node.SendAsync(HttpMethod.Get, "/me", null, first)).IsProblem(401, "no-session");
    }

    [Fact]
    public async Task Address_IsKeptOnlyWhileItIsLimited()
    {
        await using var control = new FakeControl();
        await control.StartAsync();
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = control.Url });
        var alice = await node.AddAsync("alice");
        Task<int> KeptAsync() => _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions WHERE address IS NOT NULL");
        (await SignInAsync(node, alice, "192.0.2.1")).Is(201);
        (await KeptAsync()).ShouldBe(0);

        control.Say(_cluster.Settings(node.Name, node.Id, "a", ("sessions.maxPerAddress", 5)));
        await Eventually.HoldsAsync(async () =>
        {
            (await SignInAsync(node, alice, "192.0.2.1")).Is(201);
            return await KeptAsync() > 0;
        }, "the limit is in force");
        (await (await alice.SignInAsync()).GetAsync("/me/export")).Is(200)["sessions"].ToString().ShouldContain("192.0.2.1");

        control.Say(_cluster.Settings(node.Name, node.Id, "a"));
        await Eventually.HoldsAsync(async () => await KeptAsync() == 0, "addresses are forgotten", 90);
    }
}
