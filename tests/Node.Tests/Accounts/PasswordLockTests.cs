using System.Diagnostics;

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

    private Task<double> LockedSecondsAsync(Person person) =>
        _cluster.ScalarAsync<double>("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), sign_in_locked_until) FROM accounts WHERE id = @Id", new { person.Id });

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

        foreach (var node in new[] { a1, a2, b }) (await node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
        (await LockedSecondsAsync(alice)).ShouldBeInRange(4.5 * 60, 5 * 60);
        (await alice.GetAsync("/me")).Is(200, "who is signed in stays");

        await _cluster.ExecuteAsync("UPDATE accounts SET sign_in_locked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = @Id", new { alice.Id });
        await MissAsync(alice, 3, a1, a2);
        (await a1.SignInAsync(alice.Username)).Is(201, "the count began anew with the lock's end");
    }

    [Fact]
    public async Task Locked_WhateverPasswordIsGiven_AnswersTheSameAsLateAndIsNotProlonged()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 3), ("accounts.lockMinutes", 5));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        await MissAsync(alice, 3, node);
        var until = await _cluster.ScalarAsync<DateTime>("SELECT sign_in_locked_until FROM accounts WHERE id = @Id", new { alice.Id });
        var wrong = (await node.SignInAsync(alice.Username, "not it at all")).IsProblem(401, "invalid-credentials");
        var began = Stopwatch.GetTimestamp();
        var right = (await node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
        Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(100), "a wrong one takes that long");
        right.Text.ShouldBe(wrong.Text);
        right.Headers.RetryAfter.ShouldBe(wrong.Headers.RetryAfter);

        var change = new { current = TestNode.Password, @new = "a new password" };
        var changed = (await alice.PutAsync("/me/password", change)).IsProblem(422, "invalid", "current");
        changed.Text.ShouldBe((await alice.PutAsync("/me/password", change with { current = "a guess" })).Text);
        (await _cluster.ScalarAsync<DateTime>("SELECT sign_in_locked_until FROM accounts WHERE id = @Id", new { alice.Id })).ShouldBe(until);

        await _cluster.ExecuteAsync("UPDATE accounts SET sign_in_locked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = @Id", new { alice.Id });
        (await alice.PutAsync("/me/password", change)).Is(204);
    }

    [Theory]
    [InlineData("locked", "account-locked")]
    [InlineData("banned", "banned")]
    public async Task Locked_WithAnotherReasonToo_TellsItOnlyAfterwards(string state, string code)
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 1));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.AddAsync("alice");
        await _cluster.ExecuteAsync("UPDATE accounts SET state = @state WHERE id = @Id", new { state, alice.Id });
        (await node.SignInAsync(alice.Username)).IsProblem(403, code);
        await MissAsync(alice, 1, node);
        (await node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task WrongPasswords_WithALockThatAnAdministratorEnds_LockForEver()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 1), ("accounts.lockMinutes", 0));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.AddAsync("alice");
        await MissAsync(alice, 1, node);
        (await node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
        (await LockedSecondsAsync(alice)).ShouldBeGreaterThan(TimeSpan.FromDays(365_000).TotalSeconds);
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
        (await nodes[0].SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task WrongCurrentPassword_WhenChangingIt_CountsToo()
    {
        _cluster.AtHome(("accounts.maxPasswordErrors", 2));
        var node = await _cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        for (var i = 0; i < 2; i++) (await alice.PutAsync("/me/password", new { current = "a guess", @new = "a new password" })).IsProblem(422, "invalid", "current");
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "a new password" })).IsProblem(422, "invalid", "current");
        (await node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
    }
}
