namespace IntraMessenger.Node.Tests.Messages;

public sealed class MessageApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private async Task<(Person, Person, string)> TwoAsync()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        return (alice, bob, await alice.OpenAsync(bob));
    }

    [Fact]
    public async Task Send_ToAContact_IsNumberedStoredAndShown()
    {
        var (alice, bob, id) = await TwoAsync();
        var clientId = Guid.NewGuid();
        var sent = (await alice.SendAsync(id, "hello\nyou\t👋 مرحبا\u202B", clientId)).Is(201);
        sent["conversationId"].GetString().ShouldBe(id);
        sent["seq"].GetInt64().ShouldBe(1);
        var mine = (await alice.GetAsync($"/conversations/{id}/messages")).Is(200).Items.Single();
        mine.GetProperty("kind").GetString().ShouldBe("text");
        mine.GetProperty("from").GetString().ShouldBe(alice.Id);
        mine.GetProperty("text").GetString().ShouldBe("hello\nyou\t👋 مرحبا\u202B");
        mine.GetProperty("sentAt").GetDateTime().ShouldBe(sent["sentAt"].GetDateTime());
        mine.GetProperty("sentAt").GetString()!.ShouldEndWith("Z");
        mine.GetProperty("clientId").GetGuid().ShouldBe(clientId);
        var theirs = (await bob.GetAsync($"/conversations/{id}/messages")).Is(200).Items.Single();
        theirs.TryGetProperty("clientId", out _).ShouldBeFalse("only who sent it is shown its client id");
        theirs.GetProperty("text").GetString().ShouldBe("hello\nyou\t👋 مرحبا\u202B");
    }

    [Fact]
    public async Task Numbers_With20SendersAtOnceOverTwoNodes_HaveNoGapAndNoRepeat()
    {
        var (alice, bob, id) = await TwoAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async sender =>
        {
            var person = sender % 2 == 0 ? alice : bob;
            var at = sender % 4 < 2 ? person : person.At(person == alice ? nodes.A2 : Node);
            var sent = new List<(long Seq, string Text)>();
            for (var i = 0; i < 10; i++) sent.Add(((await at.SendAsync(id, $"{sender}/{i}")).Is(201)["seq"].GetInt64(), $"{sender}/{i}"));
            return sent;
        }));
        var all = answers.SelectMany(sent => sent).ToDictionary(sent => sent.Seq, sent => sent.Text);
        all.Keys.Order().ShouldBe(Enumerable.Range(1, 200).Select(seq => (long)seq));
        answers.ShouldAllBe(sent => sent.Zip(sent.Skip(1)).All(pair => pair.First.Seq < pair.Second.Seq));
        foreach (var reader in new[] { alice, bob })
        {
            var read = (await reader.GetAsync($"/conversations/{id}/messages?after=0&limit=200")).Is(200).Items;
            read.Select(message => message.GetProperty("seq").GetInt64()).ShouldBe(Enumerable.Range(1, 200).Select(seq => (long)seq));
            read.ShouldAllBe(message => all[message.GetProperty("seq").GetInt64()] == message.GetProperty("text").GetString());
            read.Zip(read.Skip(1)).ShouldAllBe(pair => pair.First.GetProperty("sentAt").GetDateTime() <= pair.Second.GetProperty("sentAt").GetDateTime());
        }
    }

    [Fact]
    public async Task Send_Repeated_ReturnsTheFirstAnswerAndStoresNothing()
    {
        var (alice, bob, id) = await TwoAsync();
        var clientId = Guid.NewGuid();
        var first = (await alice.SendAsync(id, "once", clientId)).Is(201);
        await alice.SendsAsync(bob, "another");
        (await alice.SendAsync(id, "once", clientId)).Is(200).Text.ShouldBe(first.Text);
        (await alice.At(nodes.A2).SendAsync(id, "once", clientId)).Is(200).Text.ShouldBe(first.Text);
        (await alice.SendAsync(id, "not the same", clientId)).IsProblem(409, "client-id-reused");
        (await bob.SendAsync(id, "once", clientId)).Is(201, "the id is the sender's own");
        (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(3);
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.SendAsync(id, "once", clientId)).Is(200).Text.ShouldBe(first.Text);
        (await alice.SendAsync(id, "not the same", clientId)).IsProblem(403, "not-a-contact");
        (await alice.SendAsync(id, "new")).IsProblem(403, "not-a-contact");
    }

    [Fact]
    public async Task Send_RepeatedManyTimesAtOnce_IsStoredOnce()
    {
        var (alice, _, id) = await TwoAsync();
        for (var round = 1; round <= 5; round++)
        {
            var clientId = Guid.NewGuid();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? alice : alice.At(nodes.A2)).SendAsync(id, "same", clientId)));
            answers.Count(answer => answer.Status == 201).ShouldBe(1);
            answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 200);
            answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
            (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(round);
        }
    }

    [Fact]
    public async Task Send_RepeatedAfterItWasChangedAndRemoved_ReturnsTheFirstAnswer()
    {
        var (alice, _, id) = await TwoAsync();
        var clientId = Guid.NewGuid();
        var first = (await alice.SendAsync(id, "once", clientId)).Is(201);
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "changed" })).Is(200);
        (await alice.SendAsync(id, "once", clientId)).Is(200).Text.ShouldBe(first.Text);
        (await alice.SendAsync(id, "changed", clientId)).IsProblem(409, "client-id-reused");
        (await alice.DeleteAsync($"/conversations/{id}/messages/1")).Is(204);
        (await alice.SendAsync(id, "once", clientId)).Is(200).Text.ShouldBe(first.Text);
    }

    [Fact]
    [Trait("effect", "messages.maxLength")]
    public async Task Text_WithBadContent_NamesTheField()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("messages.maxLength", 10));
        var (alice, _, id) = await TwoAsync();
        alice = alice.At(node);
        foreach (var text in new[] { "", "nul\0", "bell\u0007", "escape\u001b[2J", "delete\u007f", new string('x', 11), "c1\u0085" })
            (await alice.SendAsync(id, text)).IsProblem(422, "invalid", "text", text);
        (await alice.SendAsync(id, "fine", Guid.Empty)).IsProblem(422, "invalid", "clientId");
        (await alice.SendAsync(id, new string('x', 10))).Is(201);
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = new string('x', 11) })).IsProblem(422, "invalid", "text");
        (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Edit_OfMyMessage_ChangesTheTextAndIsTold()
    {
        var (alice, bob, id) = await TwoAsync();
        await alice.SendsAsync(bob, "frist");
        var edited = (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "first" })).Is(200);
        edited["text"].GetString().ShouldBe("first");
        edited["seq"].GetInt64().ShouldBe(1);
        edited["editedAt"].GetDateTime().ShouldBeGreaterThanOrEqualTo(edited["sentAt"].GetDateTime());
        var told = await bob.NextEventAsync("messageChanged");
        (told.GetProperty("seq").GetInt64(), told.GetProperty("text").GetString(), told.GetProperty("conversationId").GetString()).ShouldBe((1, "first", id));
        (await bob.GetAsync($"/conversations/{id}/messages")).Items.Single().GetProperty("text").GetString().ShouldBe("first");
        (await bob.PatchAsync($"/conversations/{id}/messages/1", new { text = "mine now" })).IsProblem(403, "not-yours");
        (await bob.DeleteAsync($"/conversations/{id}/messages/1")).IsProblem(403, "not-yours");
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "after" })).IsProblem(403, "not-a-contact");
    }

    [Fact]
    public async Task Remove_OfMyMessage_LeavesItsNumberWithoutText()
    {
        var (alice, bob, id) = await TwoAsync();
        foreach (var text in new[] { "one", "a secret", "three" }) await alice.SendsAsync(bob, text);
        (await alice.DeleteAsync($"/conversations/{id}/messages/2")).Is(204);
        (await alice.DeleteAsync($"/conversations/{id}/messages/2")).Is(204);
        var messages = (await bob.GetAsync($"/conversations/{id}/messages?after=0")).Items;
        messages.Select(message => message.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3]);
        messages[1].GetProperty("kind").GetString().ShouldBe("removed");
        messages[1].TryGetProperty("text", out _).ShouldBeFalse();
        (await alice.PatchAsync($"/conversations/{id}/messages/2", new { text = "back" })).IsProblem(404, "not-found");
        var told = await bob.NextEventAsync("messageChanged");
        (told.GetProperty("seq").GetInt64(), told.GetProperty("kind").GetString()).ShouldBe((2, "removed"));
        told.TryGetProperty("text", out _).ShouldBeFalse();
        (await nodes.Cluster.ScalarAsync<int>("SELECT COUNT(*) FROM messages WHERE text LIKE '%a secret%' AND conversation_id = @id", new { id })).ShouldBe(0);
        (await alice.DeleteAsync($"/conversations/{id}/messages/3")).Is(204);
        (await bob.GetAsync($"/conversations/{id}"))["last"].TryGetProperty("text", out _).ShouldBeFalse();
    }

    [Fact]
    [Trait("effect", "messages.editSeconds")]
    [Trait("effect", "messages.removeSeconds")]
    public async Task Change_AfterItsTime_IsTooLate()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("messages.editSeconds", 60), ("messages.removeSeconds", 600));
        var (alice, bob, id) = await TwoAsync();
        alice = alice.At(node);
        await alice.SendsAsync(bob, "old");
        await nodes.Cluster.ExecuteAsync("UPDATE messages SET sent_at = sent_at - INTERVAL 50 SECOND WHERE conversation_id = @id", new { id });
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "in time" })).Is(200);
        await nodes.Cluster.ExecuteAsync("UPDATE messages SET sent_at = sent_at - INTERVAL 50 SECOND WHERE conversation_id = @id", new { id });
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "too late" })).IsProblem(403, "too-late");
        (await alice.GetAsync($"/conversations/{id}/messages")).Items.Single().GetProperty("text").GetString().ShouldBe("in time");
        await nodes.Cluster.ExecuteAsync("UPDATE messages SET sent_at = sent_at - INTERVAL 600 SECOND WHERE conversation_id = @id", new { id });
        (await alice.DeleteAsync($"/conversations/{id}/messages/1")).IsProblem(403, "too-late");
        (await alice.GetAsync($"/conversations/{id}/messages")).Items.Single().GetProperty("kind").GetString().ShouldBe("text");
    }

    [Fact]
    public async Task Change_WithoutATimeLimit_IsNeverTooLate()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("messages.editSeconds", 0), ("messages.removeSeconds", 0));
        var (alice, bob, id) = await TwoAsync();
        alice = alice.At(node);
        await alice.SendsAsync(bob, "old");
        await nodes.Cluster.ExecuteAsync("UPDATE messages SET sent_at = sent_at - INTERVAL 2 YEAR WHERE conversation_id = @id", new { id });
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "still" })).Is(200);
        (await alice.DeleteAsync($"/conversations/{id}/messages/1")).Is(204);
    }

    [Fact]
    public async Task List_InParts_GoesForwardsBackwardsAndFromTheEnd()
    {
        var (alice, bob, id) = await TwoAsync();
        for (var i = 1; i <= 12; i++) (await alice.SendAsync(id, $"{i}")).Is(201);
        async Task<Reply> GetAsync(string query) => (await bob.GetAsync($"/conversations/{id}/messages?{query}")).Is(200);
        static IEnumerable<long> Seqs(Reply part) => part.Items.Select(message => message.GetProperty("seq").GetInt64());

        Seqs(await GetAsync("limit=5")).ShouldBe([8, 9, 10, 11, 12]);
        Seqs(await GetAsync("before=8&limit=5")).ShouldBe([3, 4, 5, 6, 7]);
        Seqs(await GetAsync("before=3&limit=5")).ShouldBe([1, 2]);
        Seqs(await GetAsync("before=1")).ShouldBeEmpty();
        Seqs(await GetAsync("after=12")).ShouldBeEmpty();
        Seqs(await GetAsync("after=9223372036854775807")).ShouldBeEmpty();
        Seqs(await GetAsync("before=9223372036854775807&limit=1")).ShouldBe([12]);
        var all = new List<long>();
        for (var after = "0"; ;)
        {
            var part = await GetAsync($"after={after}&limit=5");
            all.AddRange(Seqs(part));
            if (!part.Has("next")) break;
            after = part["next"].GetString()!;
        }

        all.ShouldBe(Enumerable.Range(1, 12).Select(seq => (long)seq));
    }
}
