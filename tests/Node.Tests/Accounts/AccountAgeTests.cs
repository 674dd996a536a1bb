namespace IntraMessenger.Node.Tests.Accounts;

/// <summary>Passwords that are too old, and accounts that nobody uses.</summary>
public sealed class AccountAgeTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private Task AgesAsync(Person person, int days) => _cluster.ExecuteAsync("""
        UPDATE accounts SET created_at = created_at - INTERVAL @days DAY, password_changed_at = password_changed_at - INTERVAL @days DAY WHERE id = @Id;
        UPDATE presence SET changed_at = changed_at - INTERVAL @days DAY WHERE account_id = @Id
        """, new { person.Id, days });

    /// <summary>Somebody whose session the node holds, and who has sent something over it.</summary>
    private async Task<(Person Alice, string Conversation, EventReader Stream)> SendingAsync()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        (await alice.SendAsync(conversation, "before")).Is(201);
        return (alice, conversation, stream);
    }

    [Fact]
    [Trait("effect", "accounts.passwordValidDays")]
    public async Task Password_ThatIsTooOld_CanOnlyBeChanged()
    {
        _cluster.AtHome(("accounts.passwordValidDays", 30));
        var (node, other) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("b"));
        var alice = await node.AddAsync("alice");
        await AgesAsync(alice, 29);
        (await node.SignInAsync(alice.Username)).Is(201)["passwordExpired"].GetBoolean().ShouldBeFalse();
        alice = await alice.SignInAsync();
        (await alice.GetAsync("/contacts")).Is(200);
        await AgesAsync(alice, 1);

        (await other.SignInAsync(alice.Username)).Is(201)["passwordExpired"].GetBoolean().ShouldBeTrue("the home set decides");
        foreach (var path in new[] { "/contacts", "/me", "/events", "/sessions" }) (await alice.GetAsync(path)).IsProblem(403, "password-expired");
        (await alice.PatchAsync("/me", new { displayName = "Alice" })).IsProblem(403, "password-expired");
        (await alice.GetAsync("/session")).Is(200)["passwordExpired"].GetBoolean().ShouldBeTrue();
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "a new password" })).Is(204);
        (await alice.GetAsync("/contacts")).Is(200);
        (await alice.GetAsync("/session")).Is(200)["passwordExpired"].GetBoolean().ShouldBeFalse();

        await AgesAsync(alice, 30);
        (await alice.GetAsync("/contacts")).IsProblem(403, "password-expired");
        (await alice.DeleteAsync("/session")).Is(204);
    }

    [Fact]
    public async Task Password_ThatExpiresWhileTheNodeHoldsTheSession_SendsNothingSoon()
    {
        _cluster.AtHome(("accounts.passwordValidDays", 30));
        var (alice, conversation, stream) = await SendingAsync();
        await using var _ = stream;
        await AgesAsync(alice, 31);
        await Eventually.HoldsAsync(async () => (await alice.SendAsync(conversation, "after")).Status == 403, "the password expired", 20);
    }

    [Fact]
    public async Task Account_LockedWithoutContactsWhileTheNodeHoldsTheSession_SendsNothingSoon()
    {
        _cluster.AtHome(("accounts.lockWithoutContactsDays", 30));
        var (alice, conversation, stream) = await SendingAsync();
        await using var _ = stream;
        await _cluster.ExecuteAsync("DELETE FROM contacts WHERE owner_id = @Id; UPDATE accounts SET created_at = created_at - INTERVAL 31 DAY WHERE id = @Id", new { alice.Id });
        await Eventually.HoldsAsync(async () => (await alice.SendAsync(conversation, "after")).Status == 401, "the lock", 20);
    }

    [Fact]
    public async Task Password_ThatIsTooOld_SendsNothingAlsoWhereTheNodeHoldsTheSession()
    {
        await using var control = new FakeControl();
        await control.StartAsync();
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = control.Url });
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await AgesAsync(alice, 40);
        await alice.PollAsync();
        (await alice.SendAsync(conversation, "before")).Is(201);

        _cluster.AtHome(("accounts.passwordValidDays", 30));
        control.Say(_cluster.Settings(node.Name, node.Id, "a"));
        await Eventually.HoldsAsync(async () => (await alice.GetAsync("/me")).Status == 403, "the rule is in force");
        (await alice.SendAsync(conversation, "after")).IsProblem(403, "password-expired");
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "a new password" })).Is(204);
        (await alice.SendAsync(conversation, "with the new one")).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.lockInactiveDays")]
    public async Task Account_NotUsedForLong_IsLockedUntilItIsUnlocked()
    {
        _cluster.AtHome(("accounts.lockInactiveDays", 20));
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        (await alice.DeleteAsync("/session")).Is(204);
        await AgesAsync(alice, 19);
        (await node.SignInAsync(alice.Username)).Is(201);
        await _cluster.ExecuteAsync("DELETE FROM sessions WHERE account_id = @Id; UPDATE presence SET status = 9 WHERE account_id = @Id", new { alice.Id });
        await AgesAsync(alice, 20);
        (await node.SignInAsync(alice.Username)).IsProblem(403, "account-locked");
        (await node.SignInAsync(alice.Username, "not it at all")).IsProblem(401, "invalid-credentials");
        await AgesAsync(bob, 30);
        (await node.SignInAsync(bob.Username)).Is(201, "somebody who is connected uses it, however long ago that began");

        await _cluster.ExecuteAsync("UPDATE accounts SET unlocked_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY WHERE id = @Id", new { alice.Id });
        (await node.SignInAsync(alice.Username)).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.lockInactiveDays")]
    public async Task Account_NotUsedForLong_IsLockedForItsOldSessionsToo()
    {
        _cluster.AtHome(("accounts.lockInactiveDays", 7));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        await LeavesAsync(alice, 6);
        (await alice.GetAsync("/me")).Is(200, "6 days are not 7");
        await LeavesAsync(alice, 7);
        foreach (var path in new[] { "/me", "/contacts", "/session", "/events?wait=0" }) (await alice.GetAsync(path)).IsProblem(401, "no-session");
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "a new password" })).IsProblem(401, "no-session");
        (await node.SignInAsync(alice.Username)).IsProblem(403, "account-locked", because: "the old session did not make it used again");
        await _cluster.ExecuteAsync("UPDATE accounts SET unlocked_at = UTC_TIMESTAMP(6) WHERE id = @Id", new { alice.Id });
        (await alice.GetAsync("/me")).Is(200);
    }

    /// <summary>Everything that holds the place of the person ended so many days ago.</summary>
    private Task LeavesAsync(Person person, int days) => _cluster.ExecuteAsync("""
        UPDATE presence SET status = 9, changed_at = UTC_TIMESTAMP(6) - INTERVAL @days DAY WHERE account_id = @Id;
        UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL @days DAY WHERE account_id = @Id;
        DELETE FROM places; UPDATE place_counters SET taken = 0
        """, new { person.Id, days });

    [Fact]
    [Trait("effect", "accounts.lockWithoutContactsDays")]
    public async Task Account_LongWithoutAnyContact_IsLocked()
    {
        _cluster.AtHome(("accounts.lockWithoutContactsDays", 20));
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob, carol) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"), await node.SignUpAsync("carol"));
        await alice.BefriendAsync(bob);
        await carol.AsksAsync(bob);
        foreach (var person in new[] { alice, bob, carol }) await AgesAsync(person, 20);
        (await node.SignInAsync(alice.Username)).Is(201);
        (await node.SignInAsync(bob.Username)).Is(201);
        (await node.SignInAsync(carol.Username)).IsProblem(403, "account-locked", because: "to have asked is not to have a contact");
        (await carol.GetAsync("/contacts")).IsProblem(401, "no-session");
        (await alice.GetAsync("/contacts")).Is(200);
        await _cluster.ExecuteAsync("UPDATE accounts SET unlocked_at = UTC_TIMESTAMP(6) WHERE id = @Id", new { carol.Id });
        (await node.SignInAsync(carol.Username)).Is(201);
    }
}
