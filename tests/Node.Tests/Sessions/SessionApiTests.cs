using System.Diagnostics;
using System.Net.Http.Json;
using IntraMessenger.Node.Events;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Sessions;

public sealed class SessionApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    [Fact]
    public async Task SignIn_WithTheRightPassword_AnswersWhatAClientNeeds()
    {
        var alice = await Node.AddAsync("alice");
        var answer = (await Node.SignInAsync(alice.Username, client: new { kind = "api", name = "test", version = "1" })).Is(201);
        answer["token"].GetString()!.Length.ShouldBeGreaterThan(40);
        answer["expiresAt"].GetDateTime().ShouldBeGreaterThan(DateTime.UtcNow.AddDays(29));
        answer["expiresAt"].GetString()!.ShouldEndWith("Z");
        answer["created"].GetBoolean().ShouldBeFalse();
        answer["user"].GetProperty("username").GetString().ShouldBe(alice.Username);
        answer["node"].GetString().ShouldBe(Node.Name);
        answer["policySet"].GetString().ShouldBe("a");
        answer["cursor"].GetString().ShouldNotBeNullOrEmpty();
        answer["options"].GetProperty("contacts.max").GetInt32().ShouldBe(200);
        answer["options"].TryGetProperty("sessions.maxConnectedUsers", out _).ShouldBeFalse("clients are told what is for them");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions WHERE token_hash = @token", new { token = System.Text.Encoding.UTF8.GetBytes(answer["token"].GetString()!) }))
            .ShouldBe(0, "the store has no tokens, only their hashes");
    }

    [Fact]
    public async Task Session_AskedFor_IsWhatSigningInAnsweredAsItIsNow()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await bob.SendsAsync(alice, "before");
        var first = await Node.SignInAsync(alice.Username);
        var answer = (await alice.GetAsync("/session")).Is(200);
        answer.Has("token").ShouldBeFalse();
        answer["user"].GetRawText().ShouldBe(first["user"].GetRawText());
        (answer["node"].GetString(), answer["policySet"].GetString(), answer["created"].GetBoolean()).ShouldBe((Node.Name, "a", false));
        answer["options"].GetRawText().ShouldBe(first["options"].GetRawText());
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();

        // Its cursor is one to start from: who is there comes first, and what is said from now on comes.
        alice.Cursor = answer["cursor"].GetString()!;
        await bob.SendsAsync(alice, "after");
        var events = await alice.EventsUntilAsync(item => item.GetProperty("type").GetString() == "message" && item.GetProperty("text").GetString() == "after");
        events.ShouldContain(item => item.GetProperty("type").GetString() == "presence" && item.GetRawText().Contains(bob.Id));
    }

    [Fact]
    public async Task Options_BeforeAnybodySignedIn_AreThoseForClients()
    {
        var answer = (await Node.SendAsync(HttpMethod.Get, "/options")).Is(200);
        answer["policySet"].GetString().ShouldBe("a");
        answer["options"].GetProperty("accounts.registration").GetString().ShouldBe("open");
        answer["options"].TryGetProperty("limits.trustedProxies", out _).ShouldBeFalse("clients are told what is for them");
    }

    [Fact]
    public async Task SignIn_WithAnUnknownNameOrAWrongPassword_IsAnsweredAlikeInTheSameTime()
    {
        var username = nodes.Cluster.Unused("real");
        (await Node.SendAsync(HttpMethod.Post, "/accounts", new { username, password = "a long password" })).Is(201);
        async Task<(string Text, TimeSpan Took)> TryAsync(string name)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = (await Node.SignInAsync(name, "a wrong password")).IsProblem(401, "invalid-credentials");
            return (answer.Text, Stopwatch.GetElapsedTime(started));
        }

        var (known, unknown) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < 8; i++)
        {
            var (one, other) = (await TryAsync(username), await TryAsync(nodes.Cluster.Unused("unreal")));
            other.Text.ShouldBe(one.Text);
            known.Add(one.Took);
            unknown.Add(other.Took);
        }

        // Hashing takes tens of milliseconds, a look into the store one: whoever skipped it would be seen.
        unknown.Min().ShouldBeGreaterThan(known.Min() / 3);
        known.Min().ShouldBeGreaterThan(unknown.Min() / 3);
    }

    [Theory]
    [InlineData("pending", "account-pending")]
    [InlineData("locked", "account-locked")]
    [InlineData("banned", "banned")]
    public async Task SignIn_ToAnAccountThatIsNotActive_SaysSoAfterTheRightPasswordOnly(string state, string code)
    {
        var alice = await Node.SignUpAsync("alice");
        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = @state WHERE id = @Id", new { state, alice.Id });
        (await Node.SignInAsync(alice.Username)).IsProblem(403, code);
        (await Node.SignInAsync(alice.Username, "a wrong password")).IsProblem(401, "invalid-credentials");
        (await alice.GetAsync("/me")).IsProblem(401, "no-session");
    }

    [Fact]
    public async Task SignIn_WithBadInput_NamesTheField()
    {
        (await Node.SignInAsync("")).IsProblem(422, "invalid", "username");
        (await Node.SignInAsync(new string('x', 257))).IsProblem(422, "invalid", "username");
        (await Node.SignInAsync("alice", "")).IsProblem(422, "invalid", "password");
        (await Node.SignInAsync("alice", new string('x', 1025))).IsProblem(422, "invalid", "password");
        (await Node.SignInAsync("alice", client: new { name = "a\nb" })).IsProblem(422, "invalid", "client.name");
        (await Node.SignInAsync("alice", client: new { version = new string('x', 33) })).IsProblem(422, "invalid", "client.version");
        (await Node.SignInAsync("alice", client: new { kind = 5 })).IsProblem(422, "invalid", "client.kind");
    }

    [Fact]
    public async Task Devices_OfAPerson_AreListedAndSignedOutOneByOne()
    {
        var here = await Node.SignUpAsync("alice", new { kind = "desktop", name = "here" });
        var there = await here.SignInAsync(new { kind = "phone", name = "there", version = "2.0" }, nodes.A2);
        var listed = (await here.GetAsync("/sessions")).Is(200).Items;
        listed.Count.ShouldBe(2);
        listed.Single(item => item.GetProperty("current").GetBoolean()).GetProperty("client").GetProperty("name").GetString().ShouldBe("here");
        listed.Single(item => !item.GetProperty("current").GetBoolean()).GetProperty("client").GetProperty("version").GetString().ShouldBe("2.0");

        (await here.DeleteAsync($"/sessions/{there.SessionId}")).Is(204);
        (await there.GetAsync("/me")).IsProblem(401, "no-session");
        (await here.DeleteAsync($"/sessions/{there.SessionId}")).IsProblem(404, "not-found");
        (await here.GetAsync("/sessions")).Items.Count.ShouldBe(1);
        (await here.DeleteAsync("/session")).Is(204);
        (await here.DeleteAsync("/session")).IsProblem(401, "no-session");
    }

    [Fact]
    [Trait("effect", "sessions.maxPerPerson")]
    public async Task MaxPerPerson_WhenPassed_EndsTheLeastRecentlyUsed()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("sessions.maxPerPerson", 2));
        var first = await node.SignUpAsync("alice");
        var second = await first.SignInAsync();
        await nodes.Cluster.ExecuteAsync("UPDATE sessions SET last_seen_at = last_seen_at - INTERVAL 30 SECOND WHERE id = @SessionId", new { second.SessionId });
        var third = await first.SignInAsync();
        (await second.GetAsync("/me")).IsProblem(401, "no-session");
        (await first.GetAsync("/me")).Is(200);
        (await third.GetAsync("/sessions")).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task MaxPerPerson_WhenPassedByClientsThatWaitForEvents_IsKeptAndTheyAreTold()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("sessions.maxPerPerson", 2));
        var first = await node.SignUpAsync("alice");
        await first.PollAsync();
        var second = await first.SignInAsync();
        await second.PollAsync();
        var waiting = first.PollAsync(wait: 20);
        var hub = node.Services.GetRequiredService<EventHub>();
        await Eventually.HoldsAsync(() => Task.FromResult(hub.Find(long.Parse(first.SessionId)) is { IdleSince: null }), "the poll waits");
        var third = await second.SignInAsync();
        (await third.GetAsync("/sessions")).Items.Count.ShouldBe(2);
        (await waiting).Select(e => e.GetProperty("type").GetString()).ShouldBe(["signedOut"]);
        (await first.GetAsync("/me")).IsProblem(401, "no-session");
        (await second.GetAsync("/me")).Is(200);
    }

    [Fact]
    [Trait("effect", "sessions.lifetimeHours")]
    public async Task Lifetime_OfASession_IsTheOptions()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("sessions.lifetimeHours", 2));
        var alice = await node.AddAsync("alice");
        var answer = (await node.SignInAsync(alice.Username)).Is(201);
        answer["expiresAt"].GetDateTime().ShouldBeInRange(DateTime.UtcNow.AddMinutes(119), DateTime.UtcNow.AddMinutes(121));
    }

    [Fact]
    [Trait("effect", "limits.signInsPerMinute")]
    public async Task SignIns_OfOneAddress_AreLimited()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("limits.signInsPerMinute", 3));
        var alice = await node.AddAsync("alice");
        for (var i = 0; i < 3; i++) (await SignInFromAsync(node, alice, "192.0.2.1")).Is(201);
        (await SignInFromAsync(node, alice, "192.0.2.1")).IsProblem(429, "rate-limited").NamesLimit("limits.signInsPerMinute", 3);
        (await SignInFromAsync(node, alice, "192.0.2.2")).Is(201, "another address");
        (await SignInFromAsync(node, alice, "203.0.113.9, 192.0.2.1")).IsProblem(429, "rate-limited", because: "what the client says before the proxy is not believed");
        (await SignInFromAsync(node, alice, "::ffff:192.0.2.1")).IsProblem(429, "rate-limited", because: "the same address in another form");
        (await SignInFromAsync(node, alice, "192.0.2.1, 127.0.0.1")).IsProblem(429, "rate-limited", because: "another trusted hop between");
    }

    [Fact]
    [Trait("effect", "limits.trustedProxies")]
    public async Task SignIns_WithAForwardedForOfNobodyTrusted_CountForTheConnection()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("limits.signInsPerMinute", 2), ("limits.trustedProxies", new[] { "10.0.0.0/8" }));
        var alice = await node.AddAsync("alice");
        (await SignInFromAsync(node, alice, "192.0.2.1")).Is(201);
        (await SignInFromAsync(node, alice, "192.0.2.2")).Is(201);
        (await SignInFromAsync(node, alice, "192.0.2.3")).IsProblem(429, "rate-limited");
        (await node.SendAsync(HttpMethod.Post, "/accounts", new { username = "x", password = "y" })).IsProblem(429, "rate-limited", because: "sign-ups count too");
    }

    [Fact]
    [Trait("effect", "limits.requestsPerSecond")]
    public async Task Requests_OfOneSession_AreLimited()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("limits.requestsPerSecond", 1));
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => alice.GetAsync("/me")));
        answers.Count(answer => answer.Status == 200).ShouldBeInRange(8, 14);
        answers.First(answer => answer.Status != 200).IsProblem(429, "rate-limited").NamesLimit("limits.requestsPerSecond", 1);
        (await bob.GetAsync("/me")).Is(200, "another session");
        await Eventually.HoldsAsync(async () => (await alice.GetAsync("/me")).Status == 200, "alice is let in again");
    }

    private static Task<Reply> SignInFromAsync(TestNode node, Person person, string forwardedFor) => node.SendAsync(
        HttpMethod.Post, "/session", JsonContent.Create(new { username = person.Username, password = TestNode.Password }), null, ("X-Forwarded-For", forwardedFor));
}
