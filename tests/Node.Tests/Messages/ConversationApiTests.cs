using IntraMessenger.Node.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Messages;

public sealed class ConversationApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private async Task<(Person, Person, string)> TwoAsync()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        return (alice, bob, await alice.OpenAsync(bob));
    }

    [Fact]
    public async Task Direct_OpenedByBothAtOnceManyTimes_IsMadeOnce()
    {
        for (var round = 0; round < 3; round++)
        {
            var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
            await alice.BefriendAsync(bob);
            var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? alice.OpenAsync(bob) : bob.OpenAsync(alice)));
            ids.Distinct().Count().ShouldBe(1);
            (await alice.GetAsync("/conversations")).Items.Count.ShouldBe(1);
            (await bob.GetAsync("/conversations")).Items.Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Direct_WhenNew_IsEmptyAndToldToBoth()
    {
        var (alice, bob, id) = await TwoAsync();
        var made = (await alice.GetAsync($"/conversations/{id}")).Is(200);
        made["kind"].GetString().ShouldBe("direct");
        (made["firstSeq"].GetInt64(), made["lastSeq"].GetInt64(), made["readSeq"].GetInt64()).ShouldBe((1, 0, 0));
        made.Has("last").ShouldBeFalse();
        made["members"].EnumerateArray().Select(member => member.GetProperty("id").GetString()).ShouldBe([alice.Id, bob.Id], ignoreOrder: true);
        foreach (var person in new[] { alice, bob })
            (await person.NextEventAsync("conversation")).GetProperty("conversation").GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task Direct_WithNobodyToWriteTo_IsRefused()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        (await alice.PutAsync($"/conversations/direct/{bob.Id}")).IsProblem(403, "not-a-contact");
        (await alice.AsksAsync(bob)).Is(201);
        (await alice.PutAsync($"/conversations/direct/{bob.Id}")).IsProblem(403, "not-a-contact");
        (await bob.PutAsync($"/conversations/direct/{alice.Id}")).IsProblem(403, "not-a-contact");
        (await alice.PutAsync("/conversations/direct/999999999")).IsProblem(404, "user-not-found");
        (await alice.PutAsync($"/conversations/direct/{alice.Id}")).IsProblem(404, "user-not-found");
        (await alice.GetAsync("/conversations")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Direct_BetweenPolicySets_IsOne()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.B1.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        (await bob.OpenAsync(alice)).ShouldBe(await alice.OpenAsync(bob));
        await alice.SendsAsync(bob, "from a to b");
        (await bob.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("from a to b");
    }

    [Fact]
    public async Task List_OfConversations_HasTheLastMessageAndComesInParts()
    {
        var alice = await Node.SignUpAsync("alice");
        var friends = new List<Person>();
        for (var i = 0; i < 5; i++)
        {
            friends.Add(await Node.SignUpAsync("friend"));
            await alice.BefriendAsync(friends[i]);
            await friends[i].SendsAsync(alice, $"hello from {i}");
        }

        var seen = new List<string?>();
        for (string? after = null; ;)
        {
            var part = (await alice.GetAsync("/conversations?limit=2" + (after is null ? "" : "&after=" + after))).Is(200);
            seen.AddRange(part.Items.Select(item => item.GetProperty("last").GetProperty("text").GetString()));
            if (!part.Has("next")) break;
            after = part["next"].GetString();
        }

        seen.ShouldBe(Enumerable.Range(0, 5).Select(i => $"hello from {i}"));
    }

    [Fact]
    public async Task ReadMark_WhenMoved_NeverGoesBackAndIsTold()
    {
        var (alice, bob, id) = await TwoAsync();
        for (var i = 1; i <= 5; i++) await alice.SendsAsync(bob, $"{i}");
        (await alice.GetAsync($"/conversations/{id}"))["readSeq"].GetInt64().ShouldBe(5, "what I wrote I have read");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 4 })).Is(204);
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 2 })).Is(204);
        (await bob.GetAsync($"/conversations/{id}"))["readSeq"].GetInt64().ShouldBe(4);
        var told = await alice.NextEventAsync("read", e => e.GetProperty("userId").GetString() == bob.Id);
        (told.GetProperty("seq").GetInt64(), told.GetProperty("conversationId").GetString()).ShouldBe((4, id));
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 6 })).IsProblem(422, "invalid", "seq");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = -1 })).IsProblem(422, "invalid", "seq");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = long.MaxValue })).IsProblem(422, "invalid", "seq");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 0 })).Is(204);
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 4 })).Is(204);
        (await bob.GetAsync($"/conversations/{id}"))["readSeq"].GetInt64().ShouldBe(4);
        (await nodes.Cluster.ScalarAsync<string>("SELECT GROUP_CONCAT(CONCAT(account_id, ':', seq)) FROM changes WHERE kind = 4 AND conversation_id = @id", new { id })).ShouldBe($"{bob.Id}:4");
    }

    [Fact]
    public async Task ReadMark_ToldOfLate_IsToldAsItIsNow()
    {
        var (alice, bob, id) = await TwoAsync();
        for (var i = 1; i <= 5; i++) await alice.SendsAsync(bob, $"{i}");
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 3 })).Is(204);
        (await bob.PostAsync($"/conversations/{id}/read", new { seq = 4 })).Is(204);
        await alice.NextEventAsync("read", e => e.GetProperty("seq").GetInt64() == 4);

        // What a signal that comes after the next one does, and the sweep where it was lost.
        Node.Services.GetRequiredService<ChangeBus>().TellHere(new Change(0, ChangeKind.Read, long.Parse(bob.Id), 0, long.Parse(id), 3));
        (await alice.NextEventAsync("read")).GetProperty("seq").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task ReadMark_MovedByManyAtOnce_EndsAtTheHighest()
    {
        var (alice, bob, id) = await TwoAsync();
        for (var i = 1; i <= 20; i++) (await alice.SendAsync(id, $"{i}")).Is(201);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(seq => (seq % 2 == 0 ? bob : bob.At(Node)).PostAsync($"/conversations/{id}/read", new { seq })));
        (await bob.GetAsync($"/conversations/{id}"))["readSeq"].GetInt64().ShouldBe(20);
    }

    [Fact]
    public async Task Typing_IsToldToTheOtherAndNotStored()
    {
        var (alice, bob, id) = await TwoAsync();
        bob = bob.At(Node); // its former node may not know of this one yet, and nobody looks for a typing that was lost
        await bob.PollAsync();
        var before = await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM changes WHERE conversation_id = @id", new { id });
        (await alice.PostAsync($"/conversations/{id}/typing")).Is(204);
        var told = await bob.NextEventAsync("typing");
        (told.GetProperty("conversationId").GetString(), told.GetProperty("userId").GetString()).ShouldBe((id, alice.Id));
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM changes WHERE conversation_id = @id", new { id })).ShouldBe(before);
    }

    [Fact]
    [Trait("effect", "messages.allowOffline")]
    public async Task OfflineRule_OfTheRecipientsHomeSet_Decides()
    {
        var cluster = await TestCluster.StartAsync();
        await using var _ = cluster;
        cluster.Homes["1"] = new Dictionary<string, System.Text.Json.JsonElement> { ["messages.allowOffline"] = System.Text.Json.JsonSerializer.SerializeToElement(true) };
        cluster.Homes["2"] = new Dictionary<string, System.Text.Json.JsonElement> { ["messages.allowOffline"] = System.Text.Json.JsonSerializer.SerializeToElement(false) };
        var (a, b) = (await cluster.StartNodeAsync("a"), await cluster.StartNodeAsync("b"));
        var (alice, bob) = (await a.SignUpAsync("alice"), await b.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var id = await alice.OpenAsync(bob);

        (await alice.SendAsync(id, "online")).Is(201);
        (await bob.PutAsync("/me/status", new { status = "hidden" })).Is(200);
        (await alice.SendAsync(id, "hidden is offline")).IsProblem(403, "recipient-offline");
        (await bob.PutAsync("/me/status", new { status = "away" })).Is(200);
        var first = Guid.NewGuid();
        (await alice.SendAsync(id, "away is there", first)).Is(201);
        (await bob.PatchAsync($"/contacts/{alice.Id}", new { hiddenFrom = true })).Is(200);
        (await alice.SendAsync(id, "offline to me")).IsProblem(403, "recipient-offline", because: "an answer must not tell that bob is there");
        (await bob.PatchAsync($"/contacts/{alice.Id}", new { hiddenFrom = false })).Is(200);
        (await bob.DeleteAsync("/session")).Is(204);
        (await alice.SendAsync(id, "gone")).IsProblem(403, "recipient-offline");
        (await alice.SendAsync(id, "away is there", first)).Is(200, "a repeat is answered as before");
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "changed" })).Is(200);

        (await alice.DeleteAsync("/session")).Is(204);
        bob = await bob.SignInAsync();
        (await bob.SendAsync(id, "for later")).Is(201, "alice's home set allows it, whatever the sender's says");
    }
}
