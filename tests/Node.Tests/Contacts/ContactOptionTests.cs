using System.Net.Http.Json;

namespace IntraMessenger.Node.Tests.Contacts;

/// <summary>What the options of section <c>contacts</c> do, beside the limit.</summary>
public sealed class ContactOptionTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    /// <summary>Two contacts, of whom the first lives under these options.</summary>
    private async Task<(Person Alice, Person Bob)> TwoAsync(params (string Key, object Value)[] options)
    {
        var (alice, bob) = (await nodes.A1.SignUpAsync("alice"), await nodes.B1.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var ruled = await nodes.Cluster.StartNodeAsync("a", options);
        return (alice.At(ruled), bob);
    }

    [Fact]
    [Trait("effect", "contacts.allowHiddenFrom")]
    public async Task HidingFromAContact_WhereNotAllowed_IsRefusedAndTakingItBackIsNot()
    {
        var (alice, bob) = await TwoAsync(("contacts.allowHiddenFrom", false));
        (await alice.At(nodes.A1).PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = true })).Is(200);
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = false })).Is(200)["hiddenFrom"].GetBoolean().ShouldBeFalse();
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = true })).IsProblem(403, "not-allowed")["option"].GetString().ShouldBe("contacts.allowHiddenFrom");
        (await bob.StatusOfAsync(alice)).ShouldBe("online");
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = "Bobby", vip = true })).Is(200);
    }

    [Fact]
    [Trait("effect", "contacts.allowAlias")]
    public async Task Alias_WhereNotAllowed_IsRefusedAndTakingItBackIsNot()
    {
        var (alice, bob) = await TwoAsync(("contacts.allowAlias", false));
        (await alice.At(nodes.A1).PatchAsync($"/contacts/{bob.Id}", new { alias = "Bobby" })).Is(200);
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = "Rob" })).IsProblem(403, "not-allowed")["option"].GetString().ShouldBe("contacts.allowAlias");
        (await alice.ContactAsync(bob))!.Value.GetProperty("alias").GetString().ShouldBe("Bobby");
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = "" })).Is(200).Has("alias").ShouldBeFalse();
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { label = "Work", hiddenFrom = true })).Is(200);
    }

    [Fact]
    [Trait("effect", "contacts.managedByUser")]
    public async Task Contacts_ThatAnAdministratorManages_CannotBeChangedButBlocked()
    {
        var (alice, bob) = await TwoAsync(("contacts.managedByUser", false));
        var (carol, dave) = (await bob.Node.SignUpAsync("carol"), await bob.Node.SignUpAsync("dave"));
        (await carol.AsksAsync(alice)).Is(201);
        (await dave.AsksAsync(alice)).Is(201);
        foreach (var refused in new[]
        {
            await alice.AsksAsync(carol), await alice.PostAsync("/contacts", new { username = "nobody at all" }), await alice.PostAsync($"/contacts/{carol.Id}/accept"),
            await alice.DeleteAsync($"/contacts/{bob.Id}"), await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = "B" }),
            await alice.PatchAsync($"/contacts/{bob.Id}", new { label = "" }),
        }) refused.IsProblem(403, "contacts-managed-by-administrator");
        (await alice.StateOfAsync(bob)).ShouldBe("accepted");
        (await alice.StateOfAsync(carol)).ShouldBe("pending");
        (await alice.PostAsync($"/contacts/{dave.Id}/decline")).Is(204);
        (await alice.PostAsync($"/contacts/{bob.Id}/block")).Is(200);
        (await bob.StateOfAsync(alice)).ShouldBeNull();
        (await alice.PostAsync($"/contacts/{bob.Id}/unblock")).Is(204);
    }

    [Fact]
    public async Task Contacts_ManagedForARole_AreFreeForOthers()
    {
        nodes.Cluster.Roles.Add(new(7, "Pupil", 1, false, new Dictionary<string, System.Text.Json.JsonElement> { ["contacts.managedByUser"] = System.Text.Json.JsonSerializer.SerializeToElement(false) }));
        var node = await nodes.Cluster.StartNodeAsync("a");
        var (alice, bob) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"));
        await nodes.Cluster.ExecuteAsync("INSERT INTO account_roles (account_id, role_id) VALUES (@Id, 7)", new { alice.Id });
        (await alice.AsksAsync(bob)).IsProblem(403, "contacts-managed-by-administrator");
        (await bob.AsksAsync(alice)).Is(201);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PendingAccount_GetsItsContactsAtItsFirstSignInAtHome(bool atSignIn)
    {
        var first = await nodes.Cluster.StartNodeAsync("b");
        var (desk, rude, met) = (await first.SignUpAsync("desk"), await first.SignUpAsync("rude"), await first.SignUpAsync("met"));
        var home = await nodes.Cluster.StartNodeAsync("a", ("accounts.approval", true), ("accounts.createAtSignIn", true), ("contacts.autoAdd", new[] { desk.Username, rude.Username, met.Username }));
        var elsewhere = await nodes.Cluster.StartNodeAsync("b", ("contacts.autoAdd", new[] { (await first.AddAsync("stranger")).Username }));
        var name = nodes.Cluster.Unused("newcomer");
        if (!atSignIn) (await home.SendAsync(HttpMethod.Post, "/accounts", new { username = name, password = TestNode.Password })).Is(201)["state"].GetString().ShouldBe("pending");
        (await home.SignInAsync(name)).IsProblem(403, "account-pending");
        (await desk.GetAsync("/contacts")).Items.ShouldBeEmpty();

        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = 'active', unlocked_at = UTC_TIMESTAMP(6) WHERE username = @name", new { name });
        var newcomer = new Person(home, (await elsewhere.SignInAsync(name)).Is(201)["user"].GetProperty("id").GetString()!, name);
        (await desk.GetAsync("/contacts")).Items.ShouldBeEmpty("the other set names others");
        (await rude.PostAsync($"/contacts/{newcomer.Id}/block")).Is(200);
        (await met.AsksAsync(newcomer)).Is(201);

        newcomer = await newcomer.SignInAsync();
        (await desk.NextEventAsync("contact")).GetProperty("contact").GetProperty("state").GetString().ShouldBe("accepted");
        (await newcomer.StateOfAsync(desk)).ShouldBe("accepted");
        (await newcomer.StateOfAsync(met)).ShouldBe("accepted", "who had asked before is accepted");
        (await newcomer.StateOfAsync(rude)).ShouldBeNull();
        (await newcomer.DeleteAsync($"/contacts/{desk.Id}")).Is(204);
        newcomer = await newcomer.SignInAsync();
        (await newcomer.StateOfAsync(desk)).ShouldBeNull("they are given once");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("effect", "contacts.autoAdd")]
    public async Task NewAccount_GetsTheContactsThatThePolicyNames(bool atSignIn)
    {
        var first = await nodes.Cluster.StartNodeAsync("b", ("contacts.max", 1));
        var (desk, boss) = (await first.SignUpAsync("Desk"), await first.SignUpAsync("boss"));
        var gone = await first.AddAsync("gone");
        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = 'locked' WHERE id = @Id", new { gone.Id });
        await desk.BefriendAsync(boss);
        await desk.PollAsync();
        var node = await nodes.Cluster.StartNodeAsync("a", ("contacts.autoAdd", new[] { desk.Username.ToLowerInvariant(), gone.Username, "nobody", boss.Username }), ("contacts.max", 2), ("accounts.createAtSignIn", true));

        var name = nodes.Cluster.Unused("newcomer");
        if (!atSignIn) (await node.SendAsync(HttpMethod.Post, "/accounts", new { username = name, password = TestNode.Password })).Is(201);
        var session = (await node.SignInAsync(name)).Is(201);
        session["created"].GetBoolean().ShouldBe(atSignIn);
        var contacts = (await node.SendAsync(HttpMethod.Get, "/contacts", (HttpContent?)null, session["token"].GetString())).Is(200).Items;
        contacts.Select(contact => (contact.GetProperty("user").GetProperty("username").GetString(), contact.GetProperty("state").GetString()))
            .ShouldBe([(desk.Username, "accepted"), (boss.Username, "accepted")]);
        contacts[0].GetProperty("status").GetString().ShouldBe("online");

        var told = await desk.NextEventAsync("contact", e => e.GetProperty("contact").GetProperty("user").GetProperty("username").GetString() == name);
        told.GetProperty("contact").GetProperty("state").GetString().ShouldBe("accepted");
        var newId = session["user"].GetProperty("id").GetString();
        var conversation = (await desk.PutAsync($"/conversations/direct/{newId}")).Is(200)["id"].GetString()!;
        (await desk.SendAsync(conversation, "Welcome")).Is(201);
        (await node.SendAsync(HttpMethod.Post, "/contacts", JsonContent.Create(new { username = (await node.AddAsync("third")).Username }), session["token"].GetString()))
            .IsProblem(409, "max-contacts", because: "what was given counts");
    }
}
