using System.Text;
using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Tests.Accounts;

public sealed class AccountApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private const string Password = "a long password";

    private TestNode Node => nodes.A1;

    private Task<Reply> SignUpAsync(string username, string password = Password, string? displayName = null, TestNode? at = null) =>
        (at ?? Node).SendAsync(HttpMethod.Post, "/accounts", new { username, password, displayName });

    [Fact]
    public async Task SignUp_WithAFreeName_MakesAnActiveAccountThatCanSignIn()
    {
        var username = nodes.Cluster.Unused("Alice.W_");
        var made = (await SignUpAsync(username, displayName: "  Alice  ")).Is(201);
        made["id"].GetString().ShouldNotBeNullOrEmpty();
        made["username"].GetString().ShouldBe(username);
        made["displayName"].GetString().ShouldBe("Alice");
        made["state"].GetString().ShouldBe("active");
        var signedIn = (await Node.SignInAsync(username.ToUpperInvariant(), Password)).Is(201);
        signedIn["created"].GetBoolean().ShouldBeFalse();
        signedIn["user"].GetProperty("id").GetString().ShouldBe(made["id"].GetString());
    }

    [Theory]
    [InlineData("benno", "BENNO")]
    [InlineData("carla", "ｃａｒｌａ")] // full width: the same after NFKC
    [InlineData("cocoo", "сосоо")] // all Cyrillic, each letter like a Latin one
    [InlineData("оса", "oca")] // and the other way round
    [InlineData("topo", "τορο")] // Greek
    public async Task SignUp_WithANameThatIsTakenOrLooksLikeOne_IsRefused(string first, string second)
    {
        (await SignUpAsync(first)).Is(201);
        (await SignUpAsync(second)).IsProblem(409, "username-taken");
        (await SignUpAsync(second, at: nodes.B1)).IsProblem(409, "username-taken", because: "people are shared by all policy sets");
    }

    [Fact]
    public async Task SignUp_ByManyAtOnceWithOneName_MakesOneAccount()
    {
        var username = nodes.Cluster.Unused("racer");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SignUpAsync(i % 2 == 0 ? username : username.ToUpperInvariant(), at: i % 3 == 0 ? nodes.B1 : Node)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Code == "username-taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("two words")]
    [InlineData(" padded")]
    [InlineData("tab\t")]
    [InlineData("nul\0")]
    [InlineData("new\nline")]
    [InlineData("bell\u0007")]
    [InlineData("right\u202Eleft")]
    [InlineData("zero\u200Bwidth")]
    [InlineData("smile😀")]
    [InlineData("at@home")]
    [InlineData("sl/ash")]
    [InlineData("аlice")] // a Cyrillic first letter among Latin ones
    [InlineData("αlice")]
    [InlineData("½")] // NFKC makes it 1⁄2
    [InlineData("accent\u0301\u0301")]
    public async Task SignUp_WithAnInvalidName_NamesTheField(string username)
    {
        var before = await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM accounts WHERE username = @username", new { username });
        (await SignUpAsync(username)).IsProblem(422, "invalid", "username", username);
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM accounts WHERE username = @username", new { username })).ShouldBe(before);
    }

    [Fact]
    public async Task SignUp_WithNamesOf64And65Characters_TakesTheFirstOnly()
    {
        (await SignUpAsync(new string('x', 64))).Is(201);
        (await SignUpAsync(new string('y', 65))).IsProblem(422, "invalid", "username");
        (await SignUpAsync(new string('y', 5000))).IsProblem(422, "invalid", "username");
    }

    [Theory]
    [InlineData("/accounts", "username", """{"username":"lone\ud800","password":"a long password"}""")]
    [InlineData("/accounts", "password", """{"username":"lonely","password":"a long \udc00 password"}""")]
    [InlineData("/accounts", "displayName", """{"username":"lonely","password":"a long password","displayName":"x\ud83d"}""")]
    [InlineData("/session", "username", """{"username":"lone\ud800","password":"a long password"}""")]
    public async Task Text_WithALoneSurrogate_NamesTheField(string path, string field, string json)
    {
        var answer = await Node.SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));
        answer.IsProblem(422, "invalid", field);
    }

    [Theory]
    [InlineData(9, 422)]
    [InlineData(10, 201)]
    [InlineData(256, 201)]
    [InlineData(257, 422)]
    [InlineData(100_000, 422)]
    public async Task SignUp_WithAPasswordOfLength_IsTakenBetween10And256(int length, int status)
    {
        var answer = await SignUpAsync(nodes.Cluster.Unused("pw"), new string('p', length));
        if (status == 201) answer.Is(201);
        else answer.IsProblem(422, "invalid", "password");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("right\u202Eleft")]
    [InlineData("isolate\u2066d")]
    [InlineData("new\nline")]
    [InlineData("paragraph\u2029")]
    [InlineData("nul\0")]
    public async Task SignUp_WithABadDisplayName_NamesTheField(string displayName) =>
        (await SignUpAsync(nodes.Cluster.Unused("dn"), displayName: displayName)).IsProblem(422, "invalid", "displayName");

    [Fact]
    public async Task SignUp_WithSeveralWrongFields_NamesThemAll()
    {
        var answer = (await SignUpAsync("two words", "short", new string('d', 101))).IsProblem(422, "invalid", "username");
        answer["errors"].EnumerateObject().Select(error => error.Name).ShouldBe(["username", "displayName", "password"], ignoreOrder: true);
    }

    [Fact]
    [Trait("effect", "accounts.passwordMinLength")]
    public async Task SignUp_WithAPasswordShorterThanTheOptionSays_IsRefused()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("accounts.passwordMinLength", 12));
        var username = nodes.Cluster.Unused("brief");
        (await SignUpAsync(username, "11 letters.", at: node)).IsProblem(422, "invalid", "password");
        (await SignUpAsync(username, "11 letters..", at: node)).Is(201);
    }

    [Fact]
    [Trait("effect", "accounts.registration")]
    public async Task SignUp_WhereRegistrationIsClosed_IsRefused()
    {
        var closed = await nodes.Cluster.StartNodeAsync("a", ("accounts.registration", "closed"));
        var username = nodes.Cluster.Unused("late");
        (await SignUpAsync(username, at: closed)).IsProblem(403, "registration-closed");
        (await closed.SignInAsync(username, Password)).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    [Trait("effect", "accounts.createAtSignIn")]
    public async Task SignIn_WithANewNameWhereTheOptionSaysSo_MakesTheAccount()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("accounts.createAtSignIn", true), ("accounts.registration", "closed"));
        var username = nodes.Cluster.Unused("newcomer");
        var first = (await node.SignInAsync(username, Password)).Is(201);
        first["created"].GetBoolean().ShouldBeTrue();
        first["user"].GetProperty("username").GetString().ShouldBe(username);
        (await node.SignInAsync(username, Password)).Is(201)["created"].GetBoolean().ShouldBeFalse();
        (await node.SignInAsync(username, "another password")).IsProblem(401, "invalid-credentials");
        (await node.SignInAsync("two words", Password)).IsProblem(401, "invalid-credentials");
        (await node.SignInAsync(nodes.Cluster.Unused("shorty"), "short")).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task SignIn_WithANewNameToAFullSet_MakesNoAccount()
    {
        var node = await nodes.Cluster.StartNodeAsync("b", ("accounts.createAtSignIn", true), ("sessions.maxConnectedUsers", 1));
        await node.SignUpAsync("first");
        var username = nodes.Cluster.Unused("late");
        (await node.SignInAsync(username, Password)).IsProblem(429, "max-connected-users");
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM accounts WHERE username = @username", new { username })).ShouldBe(0);
    }

    [Fact]
    public async Task SignIn_ByTwoAtOnceWithTheSameNewName_MakesOneAccount()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("accounts.createAtSignIn", true));
        for (var round = 0; round < 4; round++)
        {
            var username = nodes.Cluster.Unused("twin");
            var answers = await Task.WhenAll(node.SignInAsync(username, Password), node.SignInAsync(username, Password));
            answers.ShouldAllBe(answer => answer.Status == 201);
            answers.Count(answer => answer["created"].GetBoolean()).ShouldBe(1);
            answers.Select(answer => answer["user"].GetProperty("id").GetString()).Distinct().Count().ShouldBe(1);
        }
    }

    [Fact]
    public async Task SignIn_WithAnUnknownNameWhereTheOptionIsOff_MakesNothing()
    {
        var username = nodes.Cluster.Unused("stranger");
        (await Node.SignInAsync(username, Password)).IsProblem(401, "invalid-credentials");
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM accounts WHERE username = @username", new { username })).ShouldBe(0);
    }

    [Fact]
    public async Task Profile_WhenChanged_IsSeenByMeAndMyContacts()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        (await alice.PatchAsync("/me", new { displayName = " Alice B. " })).Is(200)["displayName"].GetString().ShouldBe("Alice B.");
        (await alice.GetAsync("/me")).Is(200)["displayName"].GetString().ShouldBe("Alice B.");
        (await bob.ContactAsync(alice))!.Value.GetProperty("user").GetProperty("displayName").GetString().ShouldBe("Alice B.");
        (await alice.PatchAsync("/me", new { })).Is(200)["displayName"].GetString().ShouldBe("Alice B.", "absent members stay");
        (await alice.PatchAsync("/me", new { displayName = "x\u202Ey" })).IsProblem(422, "invalid", "displayName");
        (await alice.PatchAsync("/me", new { displayName = " " })).IsProblem(422, "invalid", "displayName");
        (await alice.GetAsync("/me"))["displayName"].GetString().ShouldBe("Alice B.");
    }

    [Fact]
    public async Task Password_WhenChanged_SignsOutTheOtherSessionsOnly()
    {
        var alice = await Node.SignUpAsync("alice");
        var other = await alice.SignInAsync(at: nodes.A2);
        var elsewhere = await alice.SignInAsync(at: nodes.B1);
        (await alice.PutAsync("/me/password", new { current = "wrong", @new = "another password" })).IsProblem(422, "invalid", "current");
        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "short" })).IsProblem(422, "invalid", "new");
        (await other.GetAsync("/me")).Is(200);

        (await alice.PutAsync("/me/password", new { current = TestNode.Password, @new = "another password" })).Is(204);
        (await alice.GetAsync("/me")).Is(200);
        (await other.GetAsync("/me")).IsProblem(401, "no-session");
        (await elsewhere.GetAsync("/me")).IsProblem(401, "no-session");
        (await Node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
        (await Node.SignInAsync(alice.Username, "another password")).Is(201);
    }

    [Fact]
    public async Task Export_OfAPerson_HasTheirDataAndNobodyElsesText()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await alice.SendsAsync(bob, "from alice");
        await bob.SendsAsync(alice, "from bob");
        var export = (await alice.GetAsync("/me/export")).Is(200);
        export["account"].GetProperty("username").GetString().ShouldBe(alice.Username);
        export["contacts"][0].GetProperty("user").GetProperty("id").GetString().ShouldBe(bob.Id);
        export["sessions"].GetArrayLength().ShouldBe(1);
        export["messages"].EnumerateArray().Select(message => message.GetProperty("text").GetString()).ShouldBe(["from alice"]);
        export.Text.ShouldNotContain("from bob");
        export.Text.ShouldNotContain("password", Case.Insensitive);
    }

    [Fact]
    public async Task Erase_OfAPerson_LeavesTheNumbersOfTheirMessagesAndNothingElse()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        var asked = await Node.SignUpAsync("asked");
        await alice.BefriendAsync(bob);
        (await alice.AsksAsync(asked)).Is(201);
        var second = await alice.SignInAsync(at: nodes.A2);
        await alice.SendsAsync(bob, "one");
        await bob.SendsAsync(alice, "two");
        await alice.SendsAsync(bob, "three");
        var conversation = await bob.OpenAsync(alice);

        (await alice.DeleteAsync("/me")).Is(204);

        (await alice.GetAsync("/me")).IsProblem(401, "no-session");
        (await second.GetAsync("/me")).IsProblem(401, "no-session");
        (await Node.SignInAsync(alice.Username)).IsProblem(401, "invalid-credentials");
        (await bob.ContactAsync(alice)).ShouldBeNull();
        (await asked.ContactAsync(alice)).ShouldBeNull();
        (await bob.AsksAsync(alice)).IsProblem(404, "user-not-found");
        (await bob.SendAsync(conversation, "are you there?")).IsProblem(403, "not-a-contact");
        (await bob.GetAsync($"/directory?query={alice.Username}")).Is(200).Items.ShouldBeEmpty();

        var messages = (await bob.GetAsync($"/conversations/{conversation}/messages?after=0")).Is(200).Items;
        messages.Select(message => message.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3]);
        messages.Select(message => message.GetProperty("kind").GetString()).ShouldBe(["removed", "text", "removed"]);
        messages.Count(message => message.TryGetProperty("text", out _)).ShouldBe(1);

        var rest = await nodes.Cluster.ScalarAsync<string>("SELECT CONCAT_WS('|', username, display_name, password_hash, state) FROM accounts WHERE id = @Id", new { alice.Id });
        rest.ShouldBe("|||" + AccountState.Erased);
        var again = (await SignUpAsync(alice.Username)).Is(201);
        again["id"].GetString().ShouldNotBe(alice.Id, "the name is free, the person is another");
    }

    [Fact]
    public async Task Erase_OfAPersonWithABigConversation_RemovesAllOfTheirMessages()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await Task.WhenAll(Enumerable.Range(0, 230).Select(i => alice.SendAsync(conversation, $"message {i}")));
        (await alice.DeleteAsync("/me")).Is(204);
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM messages WHERE conversation_id = @conversation AND kind = 'removed' AND text IS NULL", new { conversation }))
            .ShouldBe(230);
    }
}
