using IntraMessenger.Node.Accounts;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Accounts;

/// <summary>What the options of accounts ask of new ones.</summary>
public sealed class SignUpOptionsTests : IAsyncLifetime
{
    private const string Password = "a long password";
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private static Task<Reply> SignUpAsync(TestNode node, string username, string password = Password, string? code = null) =>
        node.SendAsync(HttpMethod.Post, "/accounts", new { username, password, code });

    private Task<int> AccountsAsync() => _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM accounts WHERE home_set_id = 1 AND state <> 'erased'");

    [Fact]
    [Trait("effect", "accounts.max")]
    public async Task SignUp_ByManyOnTwoNodesAtOnce_LeavesExactlyTheLimit()
    {
        (string, object)[] options = [("accounts.max", 7), ("accounts.createAtSignIn", true)];
        var nodes = await Task.WhenAll(_cluster.StartNodeAsync("a", options), _cluster.StartNodeAsync("a", options));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => i % 4 < 2 ? SignUpAsync(nodes[i % 2], $"up{i}") : nodes[i % 2].SignInAsync($"in{i}", Password)));
        answers.Count(answer => answer.Status == 201).ShouldBe(7);
        foreach (var answer in answers.Where(answer => answer.Status != 201)) answer.IsProblem(409, "max-accounts").NamesLimit("accounts.max", 7);
        (await AccountsAsync()).ShouldBe(7);
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions")).ShouldBe(answers.Count(answer => answer.Status == 201 && answer.Has("created")));
    }

    // Hashing lets few sign-ups reach the store at the same moment; this is what holds when many do.
    [Fact]
    public async Task Accounts_MadeInTheStoreAtOnce_AreExactlyTheLimit()
    {
        var nodes = await Task.WhenAll(_cluster.StartNodeAsync("a"), _cluster.StartNodeAsync("a"));
        var made = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            nodes[i % 2].Services.GetRequiredService<AccountStore>().InsertAsync(new NewAccount(Usernames.Read($"racer{i}").Name!, "Racer", "", 1), most: 7)));
        made.Count(one => one.Account is not null).ShouldBe(7);
        made.Count(one => one.IsOverLimit).ShouldBe(93);
        (await AccountsAsync()).ShouldBe(7);
    }

    [Fact]
    public async Task SignUp_AtTheLimit_GoesOnWhenAnAccountIsErasedOrUnderAnotherSet()
    {
        var node = await _cluster.StartNodeAsync("a", ("accounts.max", 1));
        var other = await _cluster.StartNodeAsync("b", ("accounts.max", 1));
        var alice = await node.SignUpAsync("alice");
        (await SignUpAsync(node, "bob")).IsProblem(409, "max-accounts");
        (await SignUpAsync(other, "bob")).Is(201);
        (await alice.DeleteAsync("/me")).Is(204);
        (await SignUpAsync(node, "carol")).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.approval")]
    public async Task SignUp_WithApproval_WaitsForAnAdministrator()
    {
        var node = await _cluster.StartNodeAsync("a", ("accounts.approval", true), ("accounts.createAtSignIn", true));
        (await SignUpAsync(node, "alice")).Is(201)["state"].GetString().ShouldBe("pending");
        (await node.SignInAsync("bob", Password)).IsProblem(403, "account-pending");
        foreach (var name in new[] { "alice", "bob" })
        {
            (await node.SignInAsync(name, "not it at all")).IsProblem(401, "invalid-credentials");
            (await node.SignInAsync(name, Password)).IsProblem(403, "account-pending");
        }

        await _cluster.ExecuteAsync("UPDATE accounts SET state = 'active'");
        (await node.SignInAsync("bob", Password)).Is(201);
        (await _cluster.ScalarAsync<int>("SELECT COUNT(*) FROM sessions")).ShouldBe(1);
    }

    [Fact]
    [Trait("effect", "accounts.registrationCode")]
    public async Task SignUp_WhereACodeIsNeeded_NeedsIt()
    {
        var node = await _cluster.StartNodeAsync("a", ("accounts.registrationCode", "open sesame"), ("accounts.createAtSignIn", true));
        (await SignUpAsync(node, "alice")).IsProblem(403, "registration-code-wrong");
        (await SignUpAsync(node, "alice", code: "open Sesame")).IsProblem(403, "registration-code-wrong");
        (await node.SignInAsync("bob", Password)).IsProblem(401, "invalid-credentials", because: "or the code could be passed by");
        (await AccountsAsync()).ShouldBe(0);
        var told = (await node.SendAsync(HttpMethod.Get, "/options")).Is(200);
        told["needsRegistrationCode"].GetBoolean().ShouldBeTrue();
        told.Text.ShouldNotContain("sesame");
        (await SignUpAsync(node, "alice", code: "open sesame")).Is(201);
    }

    [Fact]
    public async Task SignUp_WhereNoCodeIsNeeded_TakesAny()
    {
        var node = await _cluster.StartNodeAsync("a");
        (await node.SendAsync(HttpMethod.Get, "/options"))["needsRegistrationCode"].GetBoolean().ShouldBeFalse();
        (await SignUpAsync(node, "alice", code: "whatever")).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.usernameMinLength")]
    public async Task SignUp_WithAShorterName_IsRefused()
    {
        var node = await _cluster.StartNodeAsync("a", ("accounts.usernameMinLength", 3), ("accounts.createAtSignIn", true));
        (await SignUpAsync(node, "al")).IsProblem(422, "invalid", "username");
        (await node.SignInAsync("al", Password)).IsProblem(401, "invalid-credentials");
        (await SignUpAsync(node, "ali")).Is(201);
        (await node.SignInAsync("bob", Password)).Is(201)["created"].GetBoolean().ShouldBeTrue();
    }

    [Fact]
    [Trait("effect", "accounts.passwordNeedsSpecial")]
    public async Task Password_ThatLacksWhatIsNeeded_IsRefusedWhereverItIsChosen()
    {
        var node = await _cluster.StartNodeAsync("a", ("accounts.passwordNeedsSpecial", true), ("accounts.createAtSignIn", true));
        (await SignUpAsync(node, "alice", "longenough1")).IsProblem(422, "invalid", "password");
        (await node.SignInAsync("bob", "longenough1")).IsProblem(401, "invalid-credentials");
        (await SignUpAsync(node, "alice", "long enough")).Is(201);
        var token = (await node.SignInAsync("alice", "long enough")).Is(201)["token"].GetString();
        Task<Reply> ChangeAsync(string password) => node.SendAsync(HttpMethod.Put, "/me/password", new { current = "long enough", @new = password }, token);
        (await ChangeAsync("longenough1")).IsProblem(422, "invalid", "new");
        (await ChangeAsync("long enough")).IsProblem(422, "invalid", "new", "it is the old one");
        (await ChangeAsync("longer enough")).Is(204);
        (await node.SendAsync(HttpMethod.Get, "/options"))["options"].GetProperty("accounts.passwordNeedsSpecial").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("short", "10 to 256")]
    [InlineData("ONLYLETTERS!", "digit")]
    [InlineData("1234567890!", "letter")]
    [InlineData("lowercase1!", "capital")]
    [InlineData("UPPERCASE1!", "small")]
    [InlineData("NoSpecials1", "neither")]
    [InlineData("Éa 1234567", null)]
    [InlineData("All of it 1", null)]
    [Trait("effect", "accounts.passwordNeedsDigitAndLetter")]
    [Trait("effect", "accounts.passwordNeedsUpperAndLower")]
    public void Password_WithEveryRule_IsExplained(string password, string? why)
    {
        var all = new AccountOptions { PasswordNeedsDigitAndLetter = true, PasswordNeedsUpperAndLower = true, PasswordNeedsSpecial = true };
        if (why is null) AccountPolicy.WhyNot(password, all).ShouldBeNull();
        else AccountPolicy.WhyNot(password, all).ShouldNotBeNull().ShouldContain(why);
        if (password.Length >= 10) AccountPolicy.WhyNot(password, new AccountOptions()).ShouldBeNull("nothing of it is needed by default");
    }
}
