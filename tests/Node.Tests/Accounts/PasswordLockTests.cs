namespace IntraMessenger.Node.Tests.Accounts;

/// <summary>Too many wrong passwords close an account to sign-ins, exactly, whichever nodes they came to.</summary>
public sealed class PasswordLockTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private static async Task MissAsync(Person person, int times, params TestNode[] nodes)
    {
        for (var i = 0; i < times; i++) (await nodes[i % nodes.Length].SignInAsync(person.Username, "not it at all")).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task WrongPasswords_ByDefault_LockNobody()
    {
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.AddAsync("alice");
        await MissAsync(alice, 12, node);
        (await node.SignInAsync(alice.Username)).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.maxPasswordErrors")]
    [Trait("effect", "accounts.lockMinutes")]
    public async Task WrongPasswords_InARowOnSeveralNodesAndSets_Lock()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 4), ("accounts.lockMinutes", 5));
        var (a1, a2, b) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("b"));
        var alice = await a1.SignUpAsync("alice");
        await MissAsync(alice, 3, a1, a2, b);
        (await a2.SignInAsync(alice.Username)).Is(201, "three are not four");
        await MissAsync(alice, 3, a1, a2, b);
        (await a2.SignInAsync(alice.Username)).Is(201, "the right one made it begin anew");
        await MissAsync(alice, 4, a1, a2, b);

        var locked = (await a2.SignInAsync(alice.Username)).IsProblem(403, "account-locked");
        locked.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(4.5, 5);
        (await b.SignInAsync(alice.Username)).IsProblem(403, "account-locked");
        await MissAsync(alice, 1, a1);
        (await alice.GetAsync("/me")).Is(200, "who is signed in stays");

        await _cluster.ExecuteAsync("UPDATE accounts SET sign_in_locked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = @Id", new { alice.Id });
        await MissAsync(alice, 3, a1, a2);
        (await a1.SignInAsync(alice.Username)).Is(201, "the count began anew with the lock's end");
    }

    [Fact]
    public async Task WrongPasswords_WithALockThatAnAdministratorEnds_SayNoTime()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 1), ("accounts.lockMinutes", 0));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.AddAsync("alice");
        await MissAsync(alice, 1, node);
        (await node.SignInAsync(alice.Username)).IsProblem(403, "account-locked").Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task WrongPasswords_AtOnce_AreAllCounted()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 30));
        var nodes = new[] { await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("a") };
        var alice = await nodes[0].AddAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 29).Select(i => MissAsync(alice, 1, nodes[i % 2])));
        (await _cluster.ScalarAsync<int>("SELECT password_errors FROM accounts WHERE id = @Id", new { alice.Id })).ShouldBe(29);
        await MissAsync(alice, 1, nodes[1]);
        (await nodes[0].SignInAsync(alice.Username)).IsProblem(403, "account-locked");
    }

    [Fact]
    public async Task WrongCurrentPassword_WhenChangingIt_CountsToo()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 2));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        for (var i = 0; i < 2; i++) (await alice.PutAsync("/me/password", new { current = "a guess", @new = "a new password" })).IsProblem(422, "invalid", "current");
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "a new password" })).IsProblem(403, "account-locked");
        (await node.SignInAsync(alice.Username)).IsProblem(403, "account-locked");
    }
}
