using System.Diagnostics;
using IntraMessenger.Node.Messages;
using Microsoft.Extensions.DependencyInjection;
using Scrape = IntraMessenger.Testing.Scrape;

namespace IntraMessenger.Node.Tests.Messages;

/// <summary>Messages are committed in groups: none fails or waits because of another one, and a store that does not keep up is said to.</summary>
public sealed class MessageLogTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _node = await _cluster.StartNodeAsync("a");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private async Task<(Person Alice, Person Bob, string Id)> TwoAsync(TestNode? at = null)
    {
        var (alice, bob) = (await (at ?? _node).SignUpAsync("alice"), await (at ?? _node).SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        return (alice, bob, await alice.OpenAsync(bob));
    }

    [Fact]
    public async Task Send_OfManyAtOnce_TakesFarFewerTransactionsThanMessages()
    {
        var pairs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TwoAsync()));
        foreach (var (alice, _, id) in pairs) (await alice.SendAsync(id, "first")).Is(201);
        var before = await _cluster.ScalarAsync<long>("SELECT COUNT(*) FROM changes WHERE kind = 1");
        await using (var held = await HeldTransaction.BeginAsync(_cluster))
        {
            await held.ExecuteAsync("LOCK TABLES changes READ", new { }); // until then no batch is committed, and what comes gathers
            var sends = pairs.SelectMany(pair => Enumerable.Range(0, 10).Select(i => (i % 3 == 0 ? pair.Alice : pair.Bob).SendAsync(pair.Id, $"{i}"))).ToArray();
            await Task.Delay(700);
            await held.ExecuteAsync("UNLOCK TABLES", new { });
            foreach (var sent in await Task.WhenAll(sends)) sent.Is(201);
        }

        (await _cluster.ScalarAsync<long>("SELECT COUNT(*) FROM changes WHERE kind = 1") - before).ShouldBeInRange(1, 60);
        foreach (var (alice, _, id) in pairs)
        {
            (await alice.GetAsync($"/conversations/{id}/messages?after=0&limit=200")).Items.Select(item => item.GetProperty("seq").GetInt64())
                .ShouldBe(Enumerable.Range(1, 11).Select(seq => (long)seq));
            (await _cluster.ScalarAsync<long>("SELECT COUNT(*) FROM changes WHERE kind = 1 AND CONCAT(' ', messages, ' ') LIKE CONCAT('% ', @id, ':11 %')", new { id })).ShouldBe(1);
            (await _cluster.ScalarAsync<long>("""
                SELECT COUNT(*) FROM conversation_members m WHERE m.conversation_id = @id
                AND m.read_seq = (SELECT MAX(seq) FROM messages WHERE conversation_id = @id AND sender_id = m.account_id)
                """, new { id })).ShouldBe(2, "one's own message has been read");
        }
    }

    [Fact]
    public async Task Send_ThatNothingStandsAgainst_AsksTheStoreOnce()
    {
        var (alice, bob, id) = await TwoAsync();
        await _cluster.ExecuteAsync("DROP PROCEDURE message_log_append_1"); // the second call of those that have to be judged
        for (var i = 0; i < 3; i++)
        {
            (await alice.SendAsync(id, "hello")).Is(201);
            (await bob.SendAsync(id, "hello")).Is(201);
        }

        (await bob.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(6);
    }

    [Fact]
    public async Task Send_ThatComesAlone_LocksNothingThatAllSendsNeed()
    {
        var (alice, bob, id) = await TwoAsync();
        (await alice.SendAsync(id, "first")).Is(201);
        await _cluster.ExecuteAsync("DROP PROCEDURE message_log_write_1"); // of those that do not come alone, or that something stands against
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("SELECT last_renewal INTO @at FROM lease_clock FOR UPDATE; SELECT id INTO @id FROM sessions WHERE id = @session FOR UPDATE", new { session = alice.SessionId });
        var begun = Stopwatch.GetTimestamp();
        (await alice.SendAsync(id, "the clock and the session are read, not locked")).Is(201);
        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        (await bob.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Send_TwiceInOneBatch_IsStoredOnce()
    {
        var (alice, bob, id) = await TwoAsync();
        (await alice.SendAsync(id, "first")).Is(201);
        Task<Reply>[] sends;
        var (once, reused) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var held = await HeldTransaction.BeginAsync(_cluster))
        {
            await held.ExecuteAsync("LOCK TABLES changes READ", new { });
            var first = bob.SendAsync(id, "until this one is committed the others gather");
            await Task.Delay(300);
            sends = [first, alice.SendAsync(id, "once", once), alice.SendAsync(id, "once", once), bob.SendAsync(id, "once", once)];
            await Task.Delay(300);
            sends = [.. sends, alice.SendAsync(id, "one text", reused)];
            await Task.Delay(100);
            sends = [.. sends, alice.SendAsync(id, "another text", reused)];
            await Task.Delay(300);
            await held.ExecuteAsync("UNLOCK TABLES", new { });
            await Task.WhenAll(sends);
        }

        sends.Select(sent => sent.Result.Status).ShouldBe([201, 201, 200, 201, 201, 409], ignoreOrder: true);
        (await bob.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(5);
        (await Scrape.OfAsync(_node.ManagementUrl))["intramessenger_message_batches_split_total", ("policy_set", "a")].ShouldBe(0, "that is no fault");
    }

    [Theory]
    [InlineData("45000", 1644, 500)] // a fault of ours
    [InlineData("40001", 1213, 503)] // a deadlock that never ends
    public async Task Send_BesideOneThatTheStoreRefuses_IsCommitted(string state, int error, int status)
    {
        var pairs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TwoAsync()));
        await _cluster.ExecuteAsync($"""
            CREATE TRIGGER poison BEFORE INSERT ON messages FOR EACH ROW
            IF NEW.text = 'poison' THEN SIGNAL SQLSTATE '{state}' SET MYSQL_ERRNO = {error}; END IF
            """);
        for (var round = 1; round <= 5; round++)
        {
            var answers = await Task.WhenAll(pairs.Select((pair, i) => pair.Alice.SendAsync(pair.Id, i == 3 ? "poison" : "good")));
            for (var i = 0; i < answers.Length; i++) answers[i].Is(i == 3 ? status : 201);
        }

        foreach (var (alice, _, id) in pairs.Where((_, i) => i != 3)) (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(5);
        (await pairs[3].Alice.GetAsync($"/conversations/{pairs[3].Id}"))["lastSeq"].GetInt64().ShouldBe(0, "what was refused took no number");
    }

    [Fact]
    public async Task Send_ToAConversationThatIsLocked_HoldsUpNoOther_AndGoesOnInOrder()
    {
        var (alice, _, locked) = await TwoAsync();
        var (carol, _, free) = await TwoAsync();
        await alice.PollAsync();
        (await alice.SendAsync(locked, "first")).Is(201); // her session and her right to write are known from now on: what she sends waits in the order in which it comes
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("SELECT last_seq INTO @seq FROM conversations WHERE id = @locked FOR UPDATE", new { locked });
        var waiting = new List<Task<Reply>>();
        for (var i = 0; i < 10; i++)
        {
            waiting.Add(alice.SendAsync(locked, $"{i}"));
            var started = Stopwatch.GetTimestamp();
            (await carol.SendAsync(free, $"{i}")).Is(201);
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(3), "nobody else waits for a lock (which lasts five)");
        }

        waiting.ShouldAllBe(send => !send.IsCompleted);
        await held.CommitAsync();
        foreach (var sent in await Task.WhenAll(waiting)) sent.Is(201);
        var texts = (await alice.GetAsync($"/conversations/{locked}/messages?after=1")).Items.Select(item => item.GetProperty("text").GetString());
        texts.ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Send_WhileTheStoreDoesNotKeepUp_IsRefusedQuickly_AndWhatWasAcceptedIsFinished()
    {
        var (alice, _, id) = await TwoAsync();
        (await alice.SendAsync(id, "before")).Is(201);
        List<(Guid ClientId, Task<Reply> Sent)> accepted;
        await using (var held = await HeldTransaction.BeginAsync(_cluster))
        {
            await held.ExecuteAsync("LOCK TABLES changes READ", new { });
            accepted = [.. Enumerable.Range(0, 30).Select(i => Guid.NewGuid()).Select(clientId => (clientId, alice.SendAsync(id, "accepted", clientId)))];
            for (var i = 0; i < 40; i++)
            {
                await Task.Delay(100);
                var clientId = Guid.NewGuid();
                accepted.Add((clientId, alice.SendAsync(id, "accepted", clientId)));
            }

            var started = Stopwatch.GetTimestamp();
            (await alice.SendAsync(id, "refused")).IsProblem(503, "busy");
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(4), "not after the eight for which an accepted one may wait");
            await held.ExecuteAsync("UNLOCK TABLES", new { });
        }

        var answers = await Task.WhenAll(accepted.Select(one => one.Sent));
        answers.Count(answer => answer.Status == 201).ShouldBeGreaterThan(20);
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 503);
        (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(1 + answers.Count(answer => answer.Status == 201));
        foreach (var (clientId, sent) in accepted.Where(one => one.Sent.Result.Status == 201)) (await alice.SendAsync(id, "accepted", clientId)).Is(200).Text.ShouldBe((await sent).Text);
    }

    [Fact]
    public async Task Send_OfASessionThatWasSignedOutElsewhere_IsRefused_AlthoughNoSignalTold()
    {
        var (alice, bob, id) = await TwoAsync();
        await alice.PollAsync(); // this node holds the session now and need not ask for it
        (await alice.SendAsync(id, "still here")).Is(201);
        await _cluster.ExecuteAsync("DELETE FROM sessions WHERE id = @SessionIdOfAlice", new { SessionIdOfAlice = await _cluster.ScalarAsync<long>("SELECT MAX(id) FROM sessions WHERE account_id = @Id", new { alice.Id }) });
        (await alice.SendAsync(id, "no longer")).IsProblem(401, "no-session");
        (await bob.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Send_OnceABlockWasAnswered_IsNeverCommitted_WhicheverNodeItGoesThrough()
    {
        var other = await _cluster.StartNodeAsync("a");
        for (var round = 0; round < 8; round++)
        {
            var (alice, bob, id) = await TwoAsync();
            using var over = new CancellationTokenSource();
            var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
            {
                var at = i % 2 == 0 ? alice : alice.At(other);
                while (!over.IsCancellationRequested) await at.SendAsync(id, "x");
            }));
            await Task.Delay(Random.Shared.Next(50, 250));
            (await bob.PostAsync($"/contacts/{alice.Id}/block")).Is(200);
            var atTheAnswer = await _cluster.ScalarAsync<long>("SELECT last_seq FROM conversations WHERE id = @id", new { id });
            await Task.Delay(100);
            await over.CancelAsync();
            await sending;
            (await _cluster.ScalarAsync<long>("SELECT last_seq FROM conversations WHERE id = @id", new { id })).ShouldBe(atTheAnswer);
            (await alice.SendAsync(id, "x")).IsProblem(403, "not-a-contact");
            (await alice.At(other).SendAsync(id, "x")).IsProblem(403, "not-a-contact");
        }
    }

    [Fact]
    public async Task Send_ToWhatIsNotMine_IsNotFound_AndLocksNothing()
    {
        var (_, _, id) = await TwoAsync();
        var stranger = await _node.SignUpAsync("stranger");
        (await stranger.SendAsync(id, "hello?")).IsProblem(404, "not-found");
        (await stranger.SendAsync("999999999", "hello?")).IsProblem(404, "not-found");
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("SELECT last_seq INTO @seq FROM conversations WHERE id = @id FOR UPDATE", new { id });
        (await stranger.SendAsync(id, "hello?").WaitAsync(TimeSpan.FromSeconds(3))).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Send_WhoseRequestTookLongToArrive_IsTaken()
    {
        var (alice, _, id) = await TwoAsync();
        var send = new PendingSend(long.Parse(id), long.Parse(alice.Id), long.Parse(alice.SessionId), Guid.NewGuid(), "over a slow line", null, Stopwatch.GetTimestamp() - 10 * Stopwatch.Frequency);
        (await _node.Services.GetRequiredService<MessageLog>().AppendAsync(send)).Seq.ShouldBe(1);
    }

    [Fact]
    public async Task Send_WhoseConnectionIsCut_IsTriedAgain()
    {
        var (alice, _, id) = await TwoAsync();
        (await alice.SendAsync(id, "first")).Is(201);
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("SELECT last_seq INTO @seq FROM conversations WHERE id = @id FOR UPDATE", new { id });
        var sends = Enumerable.Range(0, 3).Select(i => alice.SendAsync(id, $"{i}")).ToArray();
        const string waiting = "SELECT COALESCE(MIN(id), 0) FROM information_schema.processlist WHERE command = 'Query' AND info LIKE '%GROUP_CONCAT%' AND info NOT LIKE '%processlist%' AND db = DATABASE()";
        long connection;
        while ((connection = await _cluster.ScalarAsync<long>(waiting)) == 0) await Task.Delay(50);
        await _cluster.ExecuteAsync($"KILL {connection}");
        await Task.Delay(300);
        await held.CommitAsync();
        foreach (var sent in await Task.WhenAll(sends)) sent.Is(201);
        (await alice.GetAsync($"/conversations/{id}"))["lastSeq"].GetInt64().ShouldBe(4);
    }
}
