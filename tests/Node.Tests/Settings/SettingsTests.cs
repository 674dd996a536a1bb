using System.Text.Json;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Tests.Settings;

public sealed class SettingsTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _control.StartAsync();
        _node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = _control.Url, Options = [("contacts.max", 1)] });
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _control.DisposeAsync();
    }

    private string Say(params (string, object)[] options) => _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", options));

    private Task AppliedAsync(string etag) => Eventually.HoldsAsync(() => Task.FromResult(_control.LastHeartbeat is { Refused: null } heard && heard.AppliedETag == etag), $"{etag} is in force");

    private Task RefusedAsync(string reason) =>
        Eventually.HoldsAsync(() => Task.FromResult(_control.LastHeartbeat?.Refused?.Contains(reason) == true), $"it is refused because of {reason}");

    private static async Task<int> FreeContactsAsync(Person person)
    {
        for (var asked = 0; ; asked++)
        {
            if ((await person.AsksAsync(await person.Node.AddAsync("other"))).Status == 409) return asked;
        }
    }

    [Fact]
    public async Task Settings_WhenSaved_AreInForceWithoutARestart()
    {
        var alice = await _node.SignUpAsync("alice");
        (await FreeContactsAsync(alice)).ShouldBe(1);
        await alice.PollAsync();
        await AppliedAsync(Say(("contacts.max", 4), ("messages.maxLength", 5)));
        (await FreeContactsAsync(alice)).ShouldBe(3);
        var told = (await alice.NextEventAsync("options")).GetProperty("options");
        told.GetProperty("contacts.max").GetInt32().ShouldBe(4);
        (await _node.SignInAsync(alice.Username))["options"].GetProperty("messages.maxLength").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task List_InSettings_ReplacesTheDefault()
    {
        await AppliedAsync(Say(("limits.trustedProxies", new[] { "10.0.0.0/8" }), ("limits.signInsPerMinute", 1)));
        var alice = await _node.AddAsync("alice");
        Task<Reply> FromAsync(string address) => _node.SendAsync(HttpMethod.Post, "/session",
            System.Net.Http.Json.JsonContent.Create(new { username = alice.Username, password = TestNode.Password }), null, ("X-Forwarded-For", address));
        (await FromAsync("192.0.2.1")).Is(201);
        (await FromAsync("192.0.2.2")).IsProblem(429, "rate-limited", because: "loopback is trusted by default only");
    }

    [Fact]
    public async Task Heartbeat_TellsTheCatalogueThatTheNodeKnows()
    {
        await AppliedAsync(Say(("contacts.max", 2)));
        _control.LastHeartbeat!.Catalogue.ShouldBe(OptionCatalogue.Version);
    }

    public static TheoryData<string, object> BadOptions => new()
    {
        { "contacts.max", -5 }, { "contacts.max", "many" }, { "contacts.max", 2.5 }, { "messages.allowOffline", "yes" }, { "accounts.registration", "ajar" },
        { "limits.trustedProxies", new[] { "10.0.0.0/40" } }, { "sessions.lifetimeHours", 0 },
    };

    [Theory, MemberData(nameof(BadOptions))]
    public async Task Settings_ThatAreInvalid_AreRefusedWholeAndTheOldOnesStay(string key, object value)
    {
        var good = Say(("contacts.max", 2));
        await AppliedAsync(good);
        Say(("messages.maxLength", 1), (key, value));
        await RefusedAsync(key);
        _control.LastHeartbeat!.AppliedETag.ShouldBe(good);
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await alice.SendsAsync(bob, "longer than one character");
        (await FreeContactsAsync(alice)).ShouldBe(1);
        (await _node.HealthAsync()).Is(200).Text.ShouldContain(key, Case.Sensitive, "what was refused is shown, and the node is ready");
        await AppliedAsync(Say(("contacts.max", 3)));
        (await FreeContactsAsync(alice)).ShouldBe(1);
    }

    [Fact]
    public async Task Document_ThatIsBrokenElsewhere_IsRefusedWholeToo()
    {
        await AppliedAsync(Say(("contacts.max", 2)));
        var broken = _cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 7));
        _control.Say(broken with { ClusterKey = "no base 64!" });
        await RefusedAsync("clusterKey");
        (await FreeContactsAsync(await _node.SignUpAsync("alice"))).ShouldBe(2);
        _control.Say(broken with
        {
            Homes = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>
            {
                ["1"] = new Dictionary<string, JsonElement> { ["messages.allowOffline"] = JsonSerializer.SerializeToElement("perhaps") },
            }
        });
        await RefusedAsync("messages.allowOffline");
        (await FreeContactsAsync(await _node.SignUpAsync("bob"))).ShouldBe(2);
        _control.Say(broken with { Options = new Dictionary<string, JsonElement>() });
        await RefusedAsync("no options");
        (await FreeContactsAsync(await _node.SignUpAsync("carol"))).ShouldBe(2);
    }

    [Fact]
    public async Task LastGoodCopy_AfterASave_IsOwnerOnlyAndStartsTheNodeWithoutControl()
    {
        await AppliedAsync(Say(("contacts.max", 3)));
        var file = Path.Combine(_node.Data, "settings.json");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var data = Directory.CreateTempSubdirectory("im-node-").FullName;
        File.Copy(file, Path.Combine(data, "settings.json"));
        await _node.StopAsync();

        var again = await _cluster.StartNodeAsync(new NodeSetup("a") { Data = data, HasLastGood = false });
        await again.IsReadyAsync();
        var facts = (await again.HealthAsync())["facts"].EnumerateArray().Single(fact => fact.TryGetProperty("settings", out _)).GetProperty("settings");
        facts.GetProperty("ageSeconds").GetDouble().ShouldBeInRange(0, 60);
        facts.GetProperty("controlAway").GetString().ShouldNotBeNullOrEmpty();
        (await FreeContactsAsync(await again.SignUpAsync("alice"))).ShouldBe(3);
    }

    [Theory]
    [InlineData("contacts.max")]
    [InlineData("node-a")]
    public async Task LastGoodCopy_ThatIsDamaged_IsNotUsed(string where)
    {
        var data = Directory.CreateTempSubdirectory("im-node-").FullName;
        var content = await File.ReadAllTextAsync(Path.Combine(_node.Data, "settings.json"));
        content.ShouldContain(where);
        await File.WriteAllTextAsync(Path.Combine(data, "settings.json"), content.Replace(where, where[..^1] + "X"));
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Data = data, HasLastGood = false });
        var health = (await node.HealthAsync()).Is(503);
        health["reasons"].EnumerateArray().ShouldContain(reason => reason.GetString()!.Contains("No settings yet"));
        (await Reply.OfAsync(await node.Http.GetAsync(node.ManagementUrl + "/health/live"))).Is(200);
        (await node.SendAsync(HttpMethod.Get, "/me")).IsProblem(503, "busy");
    }

    [Fact]
    public async Task Node_WithoutControlAndCopy_WaitsAndGoesOnByItself()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var starting = _cluster.StartNodeAsync(new NodeSetup("b") { Control = url, HasLastGood = false });
        await using var late = new FakeControl(url);
        late.Say(_cluster.Settings("node-b", await _cluster.ScalarAsync<int>("SELECT COALESCE(MAX(id), 0) + 100 FROM nodes"), "b"));
        await Eventually.HoldsAsync(async () => await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM nodes WHERE policy_set_id = 2") == 1, "the node is starting");
        starting.IsCompleted.ShouldBeFalse("it is not ready without settings");
        await late.StartAsync();
        var node = await starting;
        (await (await node.SignUpAsync("alice")).GetAsync("/me")).Is(200);
        File.Exists(Path.Combine(node.Data, "settings.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task Settings_OfARestoredStore_AreFollowedThoughTheirRevisionGoesBack()
    {
        await AppliedAsync(Say(("contacts.max", 5)));
        var restored = _cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 2)) with { Epoch = "another epoch", Revision = 0 };
        await AppliedAsync(_control.Say(restored));
        (await FreeContactsAsync(await _node.SignUpAsync("alice"))).ShouldBe(2);
    }
}
