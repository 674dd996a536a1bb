using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>Roles say other values for the people who hold them, whatever node serves them.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private TestCluster _cluster = null!;
    private TestNode _node = null!;
    private int _holders;

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

    private static RoleOptions Role(int id, int priority, params (string Key, object Value)[] options) =>
        new(id, $"role {id}", priority, IsDefault: false, options.ToDictionary(option => option.Key, option => JsonSerializer.SerializeToElement(option.Value)));

    private async Task SayAsync(params RoleOptions[] roles)
    {
        var document = _cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 1), ("messages.allowOffline", true)) with { Roles = roles, HoldersVersion = ++_holders };
        var etag = _control.Say(document);
        await Eventually.HoldsAsync(() => Task.FromResult(_control.LastHeartbeat is { Refused: null } heard && heard.AppliedETag == etag), "the roles are in force");
    }

    private Task GiveAsync(Person person, params int[] roles) => _cluster.ExecuteAsync(
        $"DELETE FROM account_roles WHERE account_id = {person.Id};" + string.Concat(roles.Select(role => $"INSERT INTO account_roles (account_id, role_id) VALUES ({person.Id}, {role});")));

    // As control does.
    private Task JournalAsync(Person person, int holdersVersion) => _cluster.ExecuteAsync(
        "INSERT INTO changes (at, kind, account_id, seq) VALUES (UTC_TIMESTAMP(6), 9, @Id, @holdersVersion)", new { person.Id, holdersVersion });

    private async Task<int> LimitAsync(Person person) => (await _node.SignInAsync(person.Username)).Is(201)["options"].GetProperty("contacts.max").GetInt32();

    private async Task AsksAsync(Person person, int accepted)
    {
        for (var asked = 0; asked < accepted; asked++) (await person.AsksAsync(await _node.AddAsync("other"))).Is(201);
        (await person.AsksAsync(await _node.AddAsync("other"))).IsProblem(409, "max-contacts");
    }

    [Fact]
    public async Task Role_ForWhoHoldsIt_IsStrongerThanThePolicySet()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await GiveAsync(alice, 1);
        await SayAsync(Role(1, 0, ("contacts.max", 3)));
        await AsksAsync(alice, 3);
        await AsksAsync(bob, 1);
        (await LimitAsync(alice), await LimitAsync(bob)).ShouldBe((3, 1));
    }

    [Theory]
    [InlineData(1, 2, 5)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 2, 3)]
    public async Task Roles_OfSeveral_TheHigherPriorityWinsThenTheOlder(int first, int second, int limit)
    {
        var alice = await _node.SignUpAsync("alice");
        await GiveAsync(alice, 1, 2, 3);
        await SayAsync(Role(1, first, ("contacts.max", 3)), Role(2, second, ("contacts.max", 5)), Role(3, 9, ("messages.maxLength", 7)));
        (await LimitAsync(alice)).ShouldBe(limit);
    }

    [Fact]
    public async Task DefaultRole_IsHeldByWhoHoldsNoOther()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await GiveAsync(alice, 1);
        await SayAsync(Role(1, 0, ("messages.maxLength", 10)), Role(2, 0, ("contacts.max", 4)) with { IsDefault = true });
        (await LimitAsync(alice), await LimitAsync(bob)).ShouldBe((1, 4));
    }

    [Fact]
    public async Task Role_GivenAndTaken_IsToldToTheClientOfThatPersonAlone()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await SayAsync(Role(1, 0, ("contacts.max", 3)));
        await alice.PollAsync();
        await bob.PollAsync();
        await GiveAsync(alice, 1);
        await SayAsync(Role(1, 0, ("contacts.max", 3)));
        (await alice.NextEventAsync("options")).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(3);
        await AsksAsync(alice, 3);
        await GiveAsync(alice);
        await SayAsync(Role(1, 0, ("contacts.max", 3)));
        (await alice.NextEventAsync("options")).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(1);
        (await alice.AsksAsync(await _node.AddAsync("other"))).IsProblem(409, "max-contacts");

        (await bob.PutAsync("/me/status", new { status = "busy" })).Is(200);
        (await alice.AsksAsync(bob)).IsProblem(409, "max-contacts");
        (await bob.AsksAsync(alice)).Is(201);
        (await bob.EventsUntilAsync(come => come.GetProperty("type").GetString() == "contact")).ShouldNotContain(come => come.GetProperty("type").GetString() == "options");
    }

    [Fact]
    public async Task Options_ChangedWhileAClientWasAway_AreToldWhenItComesBack()
    {
        var alice = await _node.SignUpAsync("alice");
        await alice.PollAsync();
        var changed = _cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 8)) with { SavedAt = DateTime.UtcNow };
        var other = await _cluster.StartNodeAsync(new NodeSetup("a") { Options = [("contacts.max", 8)], Changed = changed.SavedAt });
        var there = alice.At(other);
        (await there.NextEventAsync("options")).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(8);
    }

    [Fact]
    public async Task Options_ChangedWhileAClientWasAwayForLong_AreToldAfterTheResync()
    {
        var alice = await _node.SignUpAsync("alice");
        await alice.PollAsync();
        var etag = _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 8)) with { SavedAt = DateTime.UtcNow.AddMinutes(-10) });
        await Eventually.HoldsAsync(() => Task.FromResult(_control.LastHeartbeat?.AppliedETag == etag), "in force");
        var cursor = Cursor.Read(alice.Cursor)!;
        alice.Cursor = (cursor with { LifeId = cursor.LifeId + 1000, Time = DateTime.UtcNow.AddMinutes(-40) }).ToString();
        (await alice.PollAsync()).Single().GetProperty("type").GetString().ShouldBe("resync");
        (await alice.NextEventAsync("options", seconds: 5)).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(8);
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 20)]
    public async Task Role_GivenWhileControlIsAway_HoldsSoonForAHeldSession(bool isJournaled, int seconds)
    {
        await SayAsync(Role(1, 0, ("messages.maxLength", 5)));
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        (await alice.SendAsync(conversation, "long enough")).Is(201);
        await _control.DisposeAsync();
        await GiveAsync(alice, 1);
        if (isJournaled) await JournalAsync(alice, _holders + 1);
        await Eventually.HoldsAsync(async () => (await alice.SendAsync(conversation, "long enough")).Status == 422, "the role holds", seconds);
        (await stream.NextAsync("options")).Json.GetProperty("options").GetProperty("messages.maxLength").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task SecondLook_IsMadeAlsoWhereSettingsChangeMeanwhile()
    {
        await SayAsync(Role(1, 0, ("messages.maxLength", 5)));
        await Task.Delay(TimeSpan.FromSeconds(6)); // that look had its second
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        (await alice.SendAsync(conversation, "long enough")).Is(201);
        await SayAsync(Role(1, 0, ("messages.maxLength", 5)));
        await _cluster.ExecuteAsync("DO SLEEP(0.5)");
        _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 2)) with { Roles = [Role(1, 0, ("messages.maxLength", 5))], HoldersVersion = _holders });
        await stream.NextAsync("options");
        await GiveAsync(alice, 1); // as what a slower path remembers: nobody names it
        await Eventually.HoldsAsync(async () => (await alice.SendAsync(conversation, "long enough")).Status == 422, "looked at again", 7);
    }

    [Fact]
    public async Task Sender_WhoseHomeMoved_IsJudgedByTheNewHome()
    {
        _cluster.Homes["2"] = new Dictionary<string, JsonElement> { ["accounts.passwordValidDays"] = JsonSerializer.SerializeToElement(1) };
        await SayAsync();
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await _cluster.ExecuteAsync("UPDATE accounts SET created_at = created_at - INTERVAL 40 DAY, password_changed_at = NULL WHERE id = @Id", new { alice.Id });
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        (await alice.SendAsync(conversation, "before")).Is(201);
        await Task.Delay(TimeSpan.FromSeconds(6)); // the second look at everybody, after the settings came, is over
        await _cluster.ExecuteAsync("UPDATE accounts SET home_set_id = 2 WHERE id = @Id", new { alice.Id });
        await JournalAsync(alice, _holders + 1);
        await Eventually.HoldsAsync(async () => await alice.SendAsync(conversation, "after") is { Status: 403, Code: "password-expired" }, "judged by the new home", 4);
    }

    [Fact]
    public async Task Role_OfTheOther_DecidesWhetherAMessageMayBeLeft()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await SayAsync(Role(1, 0, ("messages.allowOffline", false)));
        await alice.BefriendAsync(bob);
        await bob.DeleteAsync("/session");
        await alice.SendsAsync(bob, "kept");
        await GiveAsync(bob, 1);
        await SayAsync(Role(1, 0, ("messages.allowOffline", false)));
        var conversation = await alice.OpenAsync(bob);
        (await alice.SendAsync(conversation, "not kept")).IsProblem(403, "recipient-offline");
        await GiveAsync(bob);
        await SayAsync(Role(1, 0, ("messages.allowOffline", false)));
        (await alice.SendAsync(conversation, "kept again")).Is(201);
    }
}
