namespace IntraMessenger.Node.Tests.Contacts;

public sealed class ContactApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private async Task<(Person, Person)> TwoAsync() => (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));

    [Fact]
    public async Task Request_RacingWithItsRemoval_IsNeverAFault()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? alice.AsksAsync(bob) : alice.DeleteAsync($"/contacts/{bob.Id}")));
        answers.Select(answer => answer.Status).ShouldAllBe(status => status == 200 || status == 201 || status == 204 || status == 404);
    }

    [Fact]
    public async Task Request_ToSomebody_IsRequestedHereAndPendingThere()
    {
        var (alice, bob) = await TwoAsync();
        var contact = (await alice.PostAsync("/contacts", new { username = bob.Username.ToUpperInvariant(), text = "It is me, Alice" })).Is(201);
        contact["state"].GetString().ShouldBe("requested");
        contact["status"].GetString().ShouldBe("offline", "nobody sees presence by asking");
        contact["user"].GetProperty("username").GetString().ShouldBe(bob.Username);
        var theirs = (await bob.ContactAsync(alice))!.Value;
        theirs.GetProperty("state").GetString().ShouldBe("pending");
        theirs.GetProperty("text").GetString().ShouldBe("It is me, Alice");
        theirs.GetProperty("status").GetString().ShouldBe("offline");
    }

    [Fact]
    public async Task Request_Repeated_AnswersTheSameContact()
    {
        var (alice, bob) = await TwoAsync();
        (await alice.AsksAsync(bob)).Is(201);
        (await alice.AsksAsync(bob)).Is(200)["state"].GetString().ShouldBe("requested");
        (await bob.PostAsync($"/contacts/{alice.Id}/accept")).Is(200)["state"].GetString().ShouldBe("accepted");
        (await bob.PostAsync($"/contacts/{alice.Id}/accept")).Is(200)["state"].GetString().ShouldBe("accepted");
        (await alice.AsksAsync(bob)).Is(200)["state"].GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task Request_CrossingAnother_AcceptsBoth()
    {
        var (alice, bob) = await TwoAsync();
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.AsksAsync(alice)).Is(201)["state"].GetString().ShouldBe("accepted");
        (await alice.StateOfAsync(bob)).ShouldBe("accepted");
    }

    [Fact]
    public async Task Request_CrossingAnotherAtTheSameMoment_AcceptsBoth()
    {
        for (var round = 0; round < 5; round++)
        {
            var (alice, bob) = await TwoAsync();
            var answers = await Task.WhenAll(alice.AsksAsync(bob), bob.AsksAsync(alice), alice.AsksAsync(bob));
            answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 200);
            (await alice.StateOfAsync(bob)).ShouldBe("accepted");
            (await bob.StateOfAsync(alice)).ShouldBe("accepted");
        }
    }

    [Fact]
    public async Task Request_WithBadInput_NamesTheField()
    {
        var (alice, bob) = await TwoAsync();
        (await alice.PostAsync("/contacts", new { })).IsProblem(422, "invalid", "username");
        (await alice.PostAsync("/contacts", new { username = bob.Username, userId = bob.Id })).IsProblem(422, "invalid", "username");
        (await alice.AsksAsync(alice)).IsProblem(422, "invalid", "userId");
        (await alice.PostAsync("/contacts", new { username = alice.Username })).IsProblem(422, "invalid", "username");
        (await alice.AsksAsync(bob, new string('t', 501))).IsProblem(422, "invalid", "text");
        (await alice.AsksAsync(bob, "\u202Etxet")).IsProblem(422, "invalid", "text");
        (await alice.PostAsync("/contacts", new { username = "nobody.at.all" })).IsProblem(404, "user-not-found");
        (await alice.PostAsync("/contacts", new { userId = "999999999" })).IsProblem(404, "user-not-found");
        (await alice.PostAsync("/contacts", new { userId = "no id" })).IsProblem(404, "user-not-found");
        (await alice.PostAsync("/contacts", new { username = "two words" })).IsProblem(404, "user-not-found");
        (await alice.GetAsync("/contacts")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("pending")]
    [InlineData("banned")]
    public async Task Request_ToSomebodyWhoIsNotActive_FindsNobody(string state)
    {
        var (alice, bob) = await TwoAsync();
        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = @state WHERE id = @Id", new { state, bob.Id });
        (await alice.AsksAsync(bob)).IsProblem(404, "user-not-found");
        (await alice.PutAsync($"/conversations/direct/{bob.Id}")).IsProblem(404, "user-not-found");
        (await alice.GetAsync($"/directory?query={bob.Username}")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Decline_OfARequest_LeavesTheAskerUnansweredAndMayBeAskedAgain()
    {
        var (alice, bob) = await TwoAsync();
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.PostAsync($"/contacts/{alice.Id}/decline")).Is(204);
        (await bob.ContactAsync(alice)).ShouldBeNull();
        (await alice.StateOfAsync(bob)).ShouldBe("requested");
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.StateOfAsync(alice)).ShouldBe("pending");
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("block")]
    [InlineData("decline")]
    [InlineData(null)]
    public async Task Answer_OfAnyKindButYes_IsNotToldToTheAsker(string? decision)
    {
        var (alice, bob) = await TwoAsync();
        (await alice.AsksAsync(bob, "please")).Is(201);
        if (decision is not null) (await bob.PostAsync($"/contacts/{alice.Id}/{decision}")).Status.ShouldBeOneOf(200, 204);
        await bob.PutAsync("/me/status", new { status = "busy" });

        // The same whatever was decided.
        (await alice.AsksAsync(bob)).Is(200);
        var contact = (await alice.ContactAsync(bob))!.Value.GetRawText().Replace(bob.Id, "ID").Replace(bob.Username, "NAME");
        contact.ShouldBe("""{"user":{"id":"ID","username":"NAME","displayName":"NAME"},"state":"requested","status":"offline","text":"please","vip":false,"hiddenFrom":false}""");
        (await alice.PutAsync($"/conversations/direct/{bob.Id}")).IsProblem(403, "not-a-contact");
        (await alice.PostAsync($"/contacts/{bob.Id}/accept")).IsProblem(404, "not-found");
        var found = (await alice.GetAsync($"/directory?query={bob.Username}")).Items.Single();
        found.TryGetProperty("status", out _).ShouldBeFalse();
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.AsksAsync(bob, "again")).Is(201)["state"].GetString().ShouldBe("requested");
        (await bob.StateOfAsync(alice)).ShouldBe(decision switch { "refuse" => null, "block" => "blocked", _ => "pending" });
    }

    [Fact]
    public async Task Block_OfAContact_LooksLikeARemovalAndLetsNothingPass()
    {
        var (alice, bob) = await TwoAsync();
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        (await bob.PostAsync($"/contacts/{alice.Id}/block")).Is(200)["state"].GetString().ShouldBe("blocked");
        (await alice.ContactAsync(bob)).ShouldBeNull();
        (await alice.NextEventAsync("contactRemoved")).GetProperty("userId").GetString().ShouldBe(bob.Id);
        foreach (var (from, to) in new[] { (alice, bob), (bob, alice) })
        {
            (await from.SendAsync(conversation, "hello")).IsProblem(403, "not-a-contact");
            (await from.PutAsync($"/conversations/direct/{to.Id}")).IsProblem(403, "not-a-contact");
            (await from.PostAsync($"/conversations/{conversation}/typing")).IsProblem(403, "not-a-contact");
        }

        (await bob.AsksAsync(alice)).IsProblem(409, "contact-blocked");
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.StateOfAsync(alice)).ShouldBe("blocked");
        (await bob.PostAsync($"/contacts/{alice.Id}/unblock")).Is(204);
        (await bob.PostAsync($"/contacts/{alice.Id}/unblock")).Is(204);
        (await bob.ContactAsync(alice)).ShouldBeNull();
        (await bob.AsksAsync(alice)).Is(201)["state"].GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task Block_ByBoth_NeedsBothToUnblock()
    {
        var (alice, bob) = await TwoAsync();
        (await alice.PostAsync($"/contacts/{bob.Id}/block")).Is(200);
        (await bob.PostAsync($"/contacts/{alice.Id}/block")).Is(200);
        (await alice.PostAsync($"/contacts/{bob.Id}/unblock")).Is(204);
        (await bob.StateOfAsync(alice)).ShouldBe("blocked");
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.StateOfAsync(alice)).ShouldBe("blocked");
    }

    [Fact]
    public async Task Remove_OfAContact_TakesBothEntriesAndNoMessage()
    {
        var (alice, bob) = await TwoAsync();
        await alice.BefriendAsync(bob);
        await alice.SendsAsync(bob, "before");
        var conversation = await bob.OpenAsync(alice);
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await bob.ContactAsync(alice)).ShouldBeNull();
        (await bob.NextEventAsync("contactRemoved")).GetProperty("userId").GetString().ShouldBe(alice.Id);
        (await bob.SendAsync(conversation, "after")).IsProblem(403, "not-a-contact");
        (await bob.GetAsync($"/conversations/{conversation}/messages")).Is(200).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Contact_WhenChanged_KeepsWhatWasNotNamed()
    {
        var (alice, bob) = await TwoAsync();
        await alice.BefriendAsync(bob);
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = "Bobby", label = "Work", vip = true })).Is(200);
        var contact = (await alice.PatchAsync($"/contacts/{bob.Id}", new { label = "" })).Is(200);
        contact["alias"].GetString().ShouldBe("Bobby");
        contact["vip"].GetBoolean().ShouldBeTrue();
        contact.Has("label").ShouldBeFalse("an empty one removes it");
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { alias = new string('x', 101) })).IsProblem(422, "invalid", "alias");
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { label = "a\nb" })).IsProblem(422, "invalid", "label");
        (await bob.ContactAsync(alice))!.Value.TryGetProperty("alias", out _).ShouldBeFalse("my alias is mine");
    }

    [Fact]
    public async Task HiddenFrom_SomebodyOnline_ShowsOfflineToThemOnly()
    {
        var (alice, bob) = await TwoAsync();
        var carol = await Node.SignUpAsync("carol");
        await alice.BefriendAsync(bob);
        await alice.BefriendAsync(carol);
        (await bob.StatusOfAsync(alice)).ShouldBe("online");
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = true })).Is(200);
        (await bob.StatusOfAsync(alice)).ShouldBe("offline");
        (await carol.StatusOfAsync(alice)).ShouldBe("online");
        (await bob.GetAsync("/directory")).Items.Single().GetProperty("status").GetString().ShouldBe("offline");
        (await bob.ContactAsync(alice))!.Value.GetProperty("hiddenFrom").GetBoolean().ShouldBeFalse("they do not learn of it");
        (await bob.NextEventAsync("contact", e => e.GetProperty("contact").GetProperty("status").GetString() == "offline"
            && e.GetProperty("contact").GetProperty("state").GetString() == "accepted")).ShouldNotBe(default);
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = false })).Is(200);
        (await bob.StatusOfAsync(alice)).ShouldBe("online");
    }

    [Fact]
    [Trait("effect", "contacts.max")]
    public async Task Limit_WhenReached_IsRefusedWithItsNameAndValue()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 2));
        var (alice, bob, carol, dan) = (await node.SignUpAsync("alice"), await Node.SignUpAsync("bob"), await Node.SignUpAsync("carol"), await Node.SignUpAsync("dan"));
        await alice.BefriendAsync(bob);
        (await alice.AsksAsync(carol)).Is(201);
        (await alice.AsksAsync(dan)).IsProblem(409, "max-contacts").NamesLimit("contacts.max", 2);
        (await dan.ContactAsync(alice)).ShouldBeNull("nothing is half done");
        (await alice.AsksAsync(carol)).Is(200);
        (await dan.AsksAsync(alice)).Is(201);
        (await alice.PostAsync($"/contacts/{dan.Id}/accept")).IsProblem(409, "max-contacts").NamesLimit("contacts.max", 2);
        (await alice.StateOfAsync(dan)).ShouldBe("pending");
        (await alice.DeleteAsync($"/contacts/{carol.Id}")).Is(204);
        (await alice.PostAsync($"/contacts/{dan.Id}/accept")).Is(200);
    }

    [Fact]
    public async Task Limit_WithFiftyStrangersAsking_IsStillMine()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 3));
        var alice = await node.SignUpAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await (await Node.SignUpAsync("stranger")).AsksAsync(alice)).Is(201)));
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Node.AddAsync("other")));
        foreach (var other in others.Take(3)) (await alice.AsksAsync(other)).Is(201);
        (await alice.AsksAsync(others[3])).IsProblem(409, "max-contacts");
        (await alice.GetAsync("/contacts?limit=200")).Items.Count.ShouldBe(53);
    }

    [Fact]
    public async Task Limit_With40RequestsAtOnceOverTwoNodes_IsExact()
    {
        var one = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 3));
        var two = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 3));
        var alice = await one.SignUpAsync("alice");
        var others = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => one.AddAsync("other")));
        var answers = await Task.WhenAll(others.Select((other, i) => (i % 2 == 0 ? alice : alice.At(two)).AsksAsync(other)));
        answers.Count(answer => answer.Status == 201).ShouldBe(3);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Code == "max-contacts");
        (await alice.GetAsync("/contacts?limit=200")).Items.Count.ShouldBe(3);
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM contacts WHERE peer_id = @Id", new { alice.Id })).ShouldBe(3);
    }

    [Fact]
    public async Task Limit_WithRequestsAndAcceptsAtOnce_IsExact()
    {
        var one = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 4));
        var two = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 4));
        var alice = await one.SignUpAsync("alice");
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Node.SignUpAsync("other")));
        foreach (var asking in others.Take(10)) (await asking.AsksAsync(alice)).Is(201);
        var answers = await Task.WhenAll(others.Select((other, i) =>
            i < 10 ? alice.At(two).PostAsync($"/contacts/{other.Id}/accept") : alice.AsksAsync(other)));
        answers.Count(answer => answer.Status is 200 or 201).ShouldBe(4);
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM contacts WHERE owner_id = @Id AND state IN (1, 3)", new { alice.Id })).ShouldBe(4);
        (await nodes.Cluster.ScalarAsync<int>("""
            SELECT COUNT(*) FROM contacts m LEFT JOIN contacts t ON t.owner_id = m.peer_id AND t.peer_id = m.owner_id WHERE m.state = 3 AND NOT (t.state <=> 3)
            """)).ShouldBe(0, "accepted on both sides");
    }

    [Fact]
    public async Task Limit_OfZero_IsNone()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("contacts.max", 0));
        var alice = await node.SignUpAsync("alice");
        foreach (var other in await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => node.AddAsync("other")))) (await alice.AsksAsync(other)).Is(201);
    }

    [Fact]
    public async Task List_InParts_HasEverybodyOnce()
    {
        var alice = await Node.SignUpAsync("alice");
        var others = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => Node.AddAsync("other")));
        foreach (var other in others) (await alice.AsksAsync(other)).Is(201);
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var part = (await alice.GetAsync("/contacts?limit=3" + (after is null ? "" : "&after=" + after))).Is(200);
            part.Items.Count.ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(part.Items.Select(item => item.GetProperty("user").GetProperty("id").GetString()!));
            if (!part.Has("next")) break;
            after = part["next"].GetString();
        }

        seen.ShouldBe(others.Select(other => other.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task Directory_WithAQuery_FindsByTheBeginningOfEitherName()
    {
        var (alice, bob) = await TwoAsync();
        await bob.PatchAsync("/me", new { displayName = "Robert 100%_Sure" });
        await alice.BefriendAsync(bob);
        (await alice.GetAsync("/directory")).Items.Single().GetProperty("status").GetString().ShouldBe("online");
        foreach (var query in new[] { bob.Username, bob.Username.ToUpperInvariant(), "robert", "Robert 100%25_S" })
            (await alice.GetAsync($"/directory?query={query}")).Is(200).Items.ShouldContain(item => item.GetProperty("user").GetProperty("id").GetString() == bob.Id, query);
        foreach (var query in new[] { "%25", "_", "\\" })
            (await alice.GetAsync($"/directory?query={Uri.EscapeDataString(Uri.UnescapeDataString(query))}")).Is(200).Items.ShouldBeEmpty(query);
        (await alice.GetAsync($"/directory?query={alice.Username}")).Items.ShouldBeEmpty("not myself");
    }
}
