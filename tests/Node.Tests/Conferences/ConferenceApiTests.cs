using IntraMessenger.Node.Leases;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Conferences;

public sealed class ConferenceApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    /// <summary>Alice's contacts are on three nodes and two policy sets, and no contacts of each other.</summary>
    private async Task<(Person Alice, Person Bob, Person Carol)> ThreeAsync()
    {
        var (alice, bob, carol) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"), await nodes.B1.SignUpAsync("carol"));
        await alice.BefriendAsync(bob);
        await alice.BefriendAsync(carol);
        return (alice, bob, carol);
    }

    [Fact]
    public async Task Create_WithContacts_IsNumberedAndToldToEach()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var made = (await alice.CreatesAsync([bob, carol, bob, alice], " Lunch ")).Is(201);
        var id = made["id"].GetString()!;
        (made["kind"].GetString(), made["title"].GetString(), made["createdBy"].GetString()).ShouldBe(("conference", "Lunch", alice.Id));
        made.Body.MemberIds().ShouldBe([alice.Id, bob.Id, carol.Id]);
        made.Has("formerMembers").ShouldBeFalse();

        var lines = await alice.ReadsAsync(id);
        lines.Select(line => (line.Seq(), line.Kind(), line.From())).ShouldBe([(1, "joined", alice.Id), (2, "joined", bob.Id), (3, "joined", carol.Id)]);
        lines.ShouldAllBe(line => line.EnumerateObject().All(member => member.Name != "text" && member.Name != "clientId"));
        foreach (var (person, firstSeq) in new[] { (alice, 1), (bob, 2), (carol, 3) })
        {
            var told = (await person.NextEventAsync("conversation")).GetProperty("conversation");
            (told.GetProperty("id").GetString(), told.GetProperty("title").GetString()).ShouldBe((id, "Lunch"));
            told.MemberIds().ShouldBe([alice.Id, bob.Id, carol.Id]);
            var listed = (await person.GetAsync("/conversations")).Items.Single(item => item.GetProperty("id").GetString() == id);
            (listed.GetProperty("firstSeq").GetInt64(), listed.GetProperty("lastSeq").GetInt64(), listed.GetProperty("readSeq").GetInt64()).ShouldBe((firstSeq, 3, firstSeq - 1));
            listed.GetProperty("last").Kind().ShouldBe("joined");
            (await person.NextEventAsync("message", item => item.Seq() == 3)).From().ShouldBe(carol.Id);
        }
    }

    [Fact]
    public async Task Create_RepeatedAtOnceOverTwoNodes_MakesOne()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var clientId = Guid.NewGuid();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => alice.At(i % 2 == 0 ? Node : nodes.A2).CreatesAsync(i % 3 == 0 ? [bob, carol] : [carol, bob], "Once", clientId)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 200);
        answers.Select(answer => answer["id"].GetString()).Distinct().Count().ShouldBe(1);
        (await alice.GetAsync("/conversations")).Items.Count.ShouldBe(1);

        (await alice.CreatesAsync([bob, carol], "Another", clientId)).IsProblem(409, "client-id-reused");
        (await alice.CreatesAsync([bob], "Once", clientId)).IsProblem(409, "client-id-reused");
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.CreatesAsync([bob, carol], "Once", clientId)).Is(200, "what was made is answered, whatever the rules say now");
        (await bob.CreatesAsync([], "Once", clientId)).Is(201, "the id is each creator's own");
    }

    [Fact]
    public async Task Create_WithWhomIMayNotBring_IsRefusedAsADirectConversationIs()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var (stranger, blocks, blocked, asked) = (await Node.SignUpAsync("stranger"), await Node.SignUpAsync("blocks"), await Node.SignUpAsync("blocked"), await Node.SignUpAsync("asked"));
        await alice.BefriendAsync(blocks);
        (await blocks.PostAsync($"/contacts/{alice.Id}/block")).Is(200);
        await alice.BefriendAsync(blocked);
        (await alice.PostAsync($"/contacts/{blocked.Id}/block")).Is(200);
        (await alice.AsksAsync(asked)).Is(201);
        var id = await alice.MakesAsync(bob);

        foreach (var other in new[] { stranger, blocks, blocked, asked })
        {
            var direct = (await alice.PutAsync($"/conversations/direct/{other.Id}")).IsProblem(403, "not-a-contact");
            (await alice.CreatesAsync([bob, other])).IsProblem(403, "not-a-contact").Text.ShouldBe(direct.Text);
            (await alice.InvitesAsync(id, carol, other)).IsProblem(403, "not-a-contact").Text.ShouldBe(direct.Text);
        }

        foreach (var nobody in new[] { "999999999", "x", "-1", "" })
            (await alice.PostAsync("/conversations", new { kind = "conference", userIds = new[] { bob.Id, nobody } })).IsProblem(404, "user-not-found");
        (await alice.PatchAsync($"/contacts/{carol.Id}", new { hiddenFrom = true })).Is(200);
        (await alice.InvitesAsync(id, carol)).IsProblem(403, "hiding");
        (await alice.GetAsync("/conversations")).Items.Count.ShouldBe(1);
        (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Create_WithABadBody_NamesTheField()
    {
        var (alice, bob, _) = await ThreeAsync();
        (await alice.PostAsync("/conversations", new { kind = "group", userIds = new[] { bob.Id } })).IsProblem(422, "invalid", "kind");
        (await alice.CreatesAsync([bob], new string('x', 101))).IsProblem(422, "invalid", "title");
        (await alice.CreatesAsync([bob], "two\nlines")).IsProblem(422, "invalid", "title");
        (await alice.CreatesAsync([bob], clientId: Guid.Empty)).IsProblem(422, "invalid", "clientId");
        (await alice.PostAsync("/conversations", new { kind = "conference", userIds = Enumerable.Repeat("1", 1_001) })).IsProblem(422, "invalid", "userIds");
        (await alice.CreatesAsync([], "  ")).Is(201).Has("title").ShouldBeFalse("an empty title is none");
    }

    [Fact]
    [Trait("effect", "conferences.enabled")]
    public async Task Create_WhereConferencesAreOff_IsRefusedAndLeavingIsNot()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob);
        var off = await nodes.Cluster.StartNodeAsync("a", ("conferences.enabled", false));
        (await alice.At(off).CreatesAsync([bob])).IsProblem(403, "conferences-disabled");
        (await alice.At(off).InvitesAsync(id, carol)).IsProblem(403, "conferences-disabled");
        (await alice.At(off).InvitesAsync(id, bob)).IsProblem(403, "conferences-disabled");
        (await alice.At(off).SendAsync(id, "still talking")).Is(201);
        (await alice.At(off).LeavesAsync(id)).Is(204);
    }

    [Fact]
    public async Task Member_WhoIsInvited_SeesFromTheirJoinedOn()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob);
        (await alice.SendAsync(id, "before carol")).Is(201);
        (await bob.SendAsync(id, "before carol too")).Is(201);
        var invited = (await alice.InvitesAsync(id, carol)).Is(200);
        invited["lastSeq"].GetInt64().ShouldBe(5);
        (await alice.InvitesAsync(id, carol, bob)).Is(200, "who is in it already stays")["lastSeq"].GetInt64().ShouldBe(5);
        (await bob.SendAsync(id, "hello carol")).Is(201);

        var mine = (await carol.GetAsync($"/conversations/{id}")).Is(200);
        (mine["firstSeq"].GetInt64(), mine["lastSeq"].GetInt64(), mine["readSeq"].GetInt64()).ShouldBe((5, 6, 4));
        foreach (var query in new[] { "after=0", "after=1", "limit=200", "before=7", "after=4" })
            (await carol.ReadsAsync(id, query)).Select(line => line.Seq()).ShouldBe([5, 6], query);
        (await carol.ReadsAsync(id, "before=5")).ShouldBeEmpty();
        (await carol.ReadsAsync(id, "before=3")).ShouldBeEmpty();
        (await alice.ReadsAsync(id)).Count.ShouldBe(6);

        (await alice.PatchAsync($"/conversations/{id}/messages/3", new { text = "changed" })).Is(200);
        (await alice.SendAsync(id, "last")).Is(201);
        var events = await carol.EventsUntilAsync(item => item.Is("message") && item.Seq() == 7);
        events.Where(item => item.Is("message")).Select(item => item.Seq()).ShouldBe([5, 6, 7]);
        events.ShouldNotContain(item => item.Is("messageChanged"));
        events.First(item => item.Is("conversation")).GetProperty("conversation").GetProperty("firstSeq").GetInt64().ShouldBe(5);
        (await bob.NextEventAsync("messageChanged")).Seq().ShouldBe(3);

        // Through another node everything is read from the store.
        var elsewhere = carol.At(await nodes.Cluster.StartNodeAsync("b"));
        var told = await elsewhere.EventsUntilAsync(item => item.Is("message") && item.Seq() == 7);
        told.Where(item => item.Is("message")).ShouldAllBe(item => item.Seq() >= 5);
        told.ShouldNotContain(item => item.Is("messageChanged"));
    }

    [Fact]
    public async Task Members_WhoAreInIt_AreToldWhoCameAndWent()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob);
        await bob.NextEventAsync("conversation");
        (await alice.InvitesAsync(id, carol)).Is(200);
        var came = await bob.NextEventAsync("members");
        came.GetProperty("conversationId").GetString().ShouldBe(id);
        came.GetProperty("joined").EnumerateArray().Single().GetProperty("username").GetString().ShouldBe(carol.Username);
        came.GetProperty("left").GetArrayLength().ShouldBe(0);
        (await bob.NextEventAsync("message", item => item.Kind() == "joined" && item.From() == carol.Id)).Seq().ShouldBe(3);

        (await carol.LeavesAsync(id)).Is(204);
        var went = await bob.NextEventAsync("members");
        went.GetProperty("left").EnumerateArray().Single().GetString().ShouldBe(carol.Id);
        (await bob.NextEventAsync("message", item => item.Kind() == "left")).From().ShouldBe(carol.Id);
        var now = (await bob.GetAsync($"/conversations/{id}")).Is(200);
        now.Body.MemberIds().ShouldBe([alice.Id, bob.Id]);
        now["formerMembers"].EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(carol.Id);
    }

    [Fact]
    public async Task Leaver_AfterLeaving_SeesNothingAndGetsNoFurtherEvent()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob, carol);
        await alice.BefriendAsync(await nodes.A2.SignUpAsync("dan"));
        var direct = await alice.OpenAsync(bob);
        (await bob.SendAsync(id, "mine")).Is(201);
        await bob.EventsUntilAsync(item => item.Is("message") && item.Seq() == 4);

        (await bob.LeavesAsync(id)).Is(204);
        (await alice.SendAsync(id, "without bob")).Is(201);
        (await carol.PostAsync($"/conversations/{id}/typing")).Is(204);
        (await alice.PatchAsync($"/conversations/{id}/messages/6", new { text = "changed" })).Is(200);
        (await alice.SendAsync(direct, "the end")).Is(201);
        var rest = await bob.EventsUntilAsync(item => item.Is("message") && item.GetProperty("conversationId").GetString() == direct);
        rest.Where(item => item.TryGetProperty("conversationId", out var of) && of.GetString() == id || item.TryGetProperty("id", out of) && of.GetString() == id).Single().ShouldSatisfyAllConditions(
            item => item.Is("conversation").ShouldBeTrue(), item => item.GetProperty("id").GetString().ShouldBe(id), item => item.GetProperty("left").GetBoolean().ShouldBeTrue());

        (await bob.GetAsync($"/conversations/{id}")).IsProblem(404, "not-found");
        (await bob.GetAsync($"/conversations/{id}/messages")).IsProblem(404, "not-found");
        (await bob.SendAsync(id, "still here?")).IsProblem(404, "not-found");
        (await bob.PatchAsync($"/conversations/{id}/messages/4", new { text = "changed" })).IsProblem(404, "not-found");
        (await bob.DeleteAsync($"/conversations/{id}/messages/4")).IsProblem(404, "not-found");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 1 })).IsProblem(404, "not-found");
        (await bob.PostAsync($"/conversations/{id}/typing")).IsProblem(404, "not-found");
        (await bob.InvitesAsync(id, alice)).IsProblem(404, "not-found");
        (await bob.LeavesAsync(id)).IsProblem(404, "not-found");
        (await bob.GetAsync("/conversations")).Items.Select(item => item.GetProperty("id").GetString()).ShouldBe([direct]);

        (await alice.InvitesAsync(id, bob)).Is(200);
        var again = (await bob.GetAsync($"/conversations/{id}")).Is(200);
        again["firstSeq"].GetInt64().ShouldBe(7);
        again.Has("formerMembers").ShouldBeFalse();
        (await bob.ReadsAsync(id)).Select(line => (line.Seq(), line.Kind())).ShouldBe([(7, "joined")]);
        (await bob.PatchAsync($"/conversations/{id}/messages/4", new { text = "mine once" })).IsProblem(404, "not-found");
        (await bob.NextEventAsync("message", item => item.GetProperty("conversationId").GetString() == id)).Seq().ShouldBe(7);
    }

    [Fact]
    public async Task Remove_IsForWhoMadeIt()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob, carol);
        (await bob.RemovesAsync(id, carol)).IsProblem(403, "not-creator");
        (await bob.RemovesAsync(id, alice)).IsProblem(403, "not-creator");
        (await alice.RemovesAsync(id, carol)).Is(204);
        (await alice.RemovesAsync(id, carol)).IsProblem(404, "not-found");
        (await carol.NextEventAsync("conversation", item => item.TryGetProperty("left", out _))).GetProperty("id").GetString().ShouldBe(id);
        (await alice.ReadsAsync(id))[^1].From().ShouldBe(carol.Id, "the line is from who left");
        (await alice.RemovesAsync(id, alice)).Is(204);
        (await bob.GetAsync($"/conversations/{id}")).Is(200).Body.MemberIds().ShouldBe([bob.Id]);
    }

    [Fact]
    public async Task Remove_ByAStranger_LocksNothing()
    {
        var (alice, bob, _) = await ThreeAsync();
        var stranger = await Node.SignUpAsync("stranger");
        var id = await alice.MakesAsync(bob);
        await using var held = await HeldTransaction.BeginAsync(nodes.Cluster);
        await held.ExecuteAsync("SELECT last_seq INTO @seq FROM conversations WHERE id = @id FOR UPDATE", new { id });
        (await stranger.RemovesAsync(id, stranger).WaitAsync(TimeSpan.FromSeconds(3))).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task LastOne_WhoLeaves_EndsIt()
    {
        var (alice, bob, _) = await ThreeAsync();
        var id = await alice.MakesAsync(bob);
        (await alice.SendAsync(id, "kept")).Is(201);
        (await bob.LeavesAsync(id)).Is(204);
        (await alice.LeavesAsync(id)).Is(204);
        (await alice.GetAsync($"/conversations/{id}")).IsProblem(404, "not-found");
        (await alice.GetAsync("/conversations")).Items.ShouldBeEmpty();
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM messages WHERE conversation_id = @id", new { id })).ShouldBe(5);
    }

    [Fact]
    public async Task Lines_OfWhoCameAndWent_CannotBeChanged()
    {
        var (alice, bob, _) = await ThreeAsync();
        var id = await alice.MakesAsync(bob);
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "changed" })).IsProblem(404, "not-found");
        (await alice.DeleteAsync($"/conversations/{id}/messages/1")).IsProblem(404, "not-found");
        (await alice.ReadsAsync(id)).ShouldAllBe(line => line.Kind() == "joined");
    }

    [Fact]
    public async Task Writing_BetweenMembersWhoAreNoContacts_NeedsNothing()
    {
        nodes.Cluster.Homes[$"{TestCluster.SetId("b")}"] = new Dictionary<string, System.Text.Json.JsonElement> { ["messages.allowOffline"] = System.Text.Json.JsonSerializer.SerializeToElement(false) };
        var strict = await nodes.Cluster.StartNodeAsync("a");
        nodes.Cluster.Homes.Clear();
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob, carol);
        (await carol.DeleteAsync("/session")).Is(204);
        (await alice.At(strict).SendAsync(await alice.OpenAsync(carol), "direct")).IsProblem(403, "recipient-offline");
        (await bob.At(strict).SendAsync(id, "for all")).Is(201);
        (await bob.PatchAsync($"/conversations/{id}/messages/4", new { text = "for all of you" })).Is(200);
        (await carol.SignInAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task TypingAndRead_InAConference_AreToldToWhomTheyMayBe()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var id = await alice.MakesAsync(bob, carol);
        foreach (var reader in new[] { alice, carol }) await reader.NextEventAsync("conversation");
        // Typing is never stored: it is for who is there, on nodes that know each other.
        await IntraMessenger.Testing.Eventually.HoldsAsync(() => nodes.A2.Services.GetRequiredService<LeaseAgent>().Peers.Count >= 2, "bob's node knows the others");
        (await bob.PostAsync($"/conversations/{id}/typing")).Is(204);
        (await carol.NextEventAsync("typing")).GetProperty("userId").GetString().ShouldBe(bob.Id, "members see each other type, contacts or not");
        (await alice.NextEventAsync("typing")).GetProperty("userId").GetString().ShouldBe(bob.Id);

        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 3 })).Is(204);
        (await alice.NextEventAsync("read")).GetProperty("userId").GetString().ShouldBe(bob.Id);
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 4 })).IsProblem(422, "invalid", "seq");
        (await bob.GetAsync($"/conversations/{id}"))["readSeq"].GetInt64().ShouldBe(3);

        (await bob.PostAsync($"/contacts/{carol.Id}/block")).Is(200);
        (await bob.PostAsync($"/conversations/{id}/typing")).Is(204);
        (await bob.PutAsync("/me/status", new { status = "hidden" })).Is(200);
        (await alice.NextEventAsync("presence", item => item.ToString().Contains("offline"))).ToString().ShouldContain(bob.Id);
        (await bob.PostAsync($"/conversations/{id}/typing")).Is(204);
        (await alice.SendAsync(id, "the end")).Is(201);
        var toCarol = await carol.EventsUntilAsync(item => item.Is("message") && item.Seq() == 4);
        toCarol.ShouldNotContain(item => item.Is("typing"), "whoever is blocked sees nothing of it");
        toCarol.ShouldNotContain(item => item.Is("read"), "nor who is no contact how far others have read");
        var toAlice = await alice.EventsUntilAsync(item => item.Is("message") && item.Seq() == 4);
        toAlice.Count(item => item.Is("typing")).ShouldBeLessThanOrEqualTo(1, "who hides is not seen typing");
    }

    [Fact]
    public async Task Erase_OfAMember_LeavesTheirConferencesAndTakesWhatTheyWroteAnywhere()
    {
        var (alice, bob, carol) = await ThreeAsync();
        var (here, left) = (await alice.MakesAsync(bob, carol), await alice.MakesAsync(bob));
        (await bob.SendAsync(here, "here")).Is(201);
        (await bob.SendAsync(left, "there")).Is(201);
        (await bob.LeavesAsync(left)).Is(204);
        var export = (await bob.GetAsync("/me/export")).Is(200);
        export["conferences"].EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(here);
        export["messages"].EnumerateArray().Select(message => message.GetProperty("text").GetString()).ShouldBe(["there", "here"], ignoreOrder: true);

        (await bob.DeleteAsync("/me")).Is(204);
        (await alice.GetAsync($"/conversations/{here}")).Body.MemberIds().ShouldBe([alice.Id, carol.Id]);
        (await alice.ReadsAsync(here)).Select(line => line.Kind()).ShouldBe(["joined", "joined", "joined", "removed", "left"]);
        (await alice.ReadsAsync(left)).Select(line => line.Kind()).ShouldBe(["joined", "joined", "removed", "left"]);
    }
}
