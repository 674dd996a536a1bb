using System.Diagnostics;
using System.Text.Json;
using IntraMessenger.Node.Events;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Events;

public sealed class EventApiTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private async Task<(Person, Person, string)> TwoAsync(TestNode? bobs = null)
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await (bobs ?? Node).SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        return (alice, bob, await alice.OpenAsync(bob));
    }

    // What was there before is read, so that only what is new comes.
    private static async Task CatchUpAsync(Person person)
    {
        while ((await person.PollAsync()).Count > 0) ;
    }

    private static string[] Types(IEnumerable<JsonElement> events) => [.. events.Select(e => e.GetProperty("type").GetString()!)];

    [Fact]
    public async Task Poll_WithNothing_IsAnsweredAfterTheWaitAndNotBefore()
    {
        var alice = await Node.SignUpAsync("alice");
        await CatchUpAsync(alice);
        var started = Stopwatch.GetTimestamp();
        (await alice.PollAsync(wait: 2)).ShouldBeEmpty();
        Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeInRange(1.9, 5);
    }

    [Fact]
    public async Task Poll_WhenSomethingComes_IsAnsweredAtOnce()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        var waiting = bob.PollAsync(wait: 25);
        await alice.SendAsync(id, "hello");
        var started = Stopwatch.GetTimestamp();
        var events = await waiting;
        Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(2, "the signal, not the sweep or the wait");
        Types(events).ShouldBe(["message"]);
        var message = events[0];
        message.GetProperty("conversationId").GetString().ShouldBe(id);
        (message.GetProperty("seq").GetInt64(), message.GetProperty("kind").GetString(), message.GetProperty("from").GetString(), message.GetProperty("text").GetString())
            .ShouldBe((1, "text", alice.Id, "hello"));
        message.GetProperty("sentAt").GetString()!.ShouldEndWith("Z");
        message.TryGetProperty("clientId", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Poll_WithTheSameCursorAgain_GivesTheSameAgain()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        for (var i = 0; i < 3; i++) await alice.SendAsync(id, $"{i}");
        string before;
        IReadOnlyList<JsonElement> given;
        do (before, given) = (bob.Cursor, await bob.PollAsync(wait: 2));
        while (!given.Any(e => e.TryGetProperty("seq", out var seq) && seq.GetInt64() == 3));
        var sinceThen = bob.Cursor;
        bob.Cursor = before;
        // An answer may be lost on its way: the client asks again with what it has.
        (await bob.PollAsync()).Select(e => e.GetRawText()).ShouldBe(given.Select(e => e.GetRawText()));
        bob.Cursor = sinceThen;
        (await bob.PollAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Poll_WithoutACursor_BeginsNow()
    {
        var (alice, bob, id) = await TwoAsync();
        await alice.SendAsync(id, "before");
        var first = (await bob.GetAsync("/events?wait=0")).Is(200);
        first["events"].GetArrayLength().ShouldBe(0);
        bob.Cursor = first["cursor"].GetString()!;
        await alice.SendAsync(id, "after");
        (await bob.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("after");
    }

    [Fact]
    public async Task Cursor_OfSignIn_BringsPresenceFirst()
    {
        var (alice, bob, _) = await TwoAsync();
        var offline = await Node.SignUpAsync("offline");
        await offline.BefriendAsync(bob);
        await alice.PutAsync("/me/status", new { status = "busy" });
        (await offline.DeleteAsync("/session")).Is(204);
        var again = await bob.SignInAsync();
        var first = (await again.PollAsync())[0];
        first.GetProperty("type").GetString().ShouldBe("presence");
        var items = first.GetProperty("items").EnumerateArray().ToArray();
        items.Single().GetProperty("userId").GetString().ShouldBe(alice.Id);
        items.Single().GetProperty("status").GetString().ShouldBe("busy");
    }

    [Fact]
    public async Task Cursor_OfANodeThatJustStarted_IsGood()
    {
        var node = await nodes.Cluster.StartNodeAsync("a");
        var alice = await node.SignUpAsync("alice");
        for (var i = 0; i < 3; i++) await alice.PollAsync();
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        alice.Cursor = (await stream.ReadAsync())!.Id!;
        await alice.PollAsync();
    }

    [Fact]
    public async Task Message_IsToldToAllSessionsOfBothMembersTheSendingOneToo()
    {
        var (alice, bob, id) = await TwoAsync(nodes.A2);
        var sessions = new[] { alice, await alice.SignInAsync(at: nodes.A2), bob, await bob.SignInAsync(at: nodes.B1) };
        foreach (var session in sessions) await CatchUpAsync(session);
        (await alice.SendAsync(id, "to everybody")).Is(201);
        foreach (var session in sessions) (await session.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("to everybody");
    }

    [Fact]
    public async Task Messages_OfManySendersOverTwoNodes_ComeInTheirOrderOnceEach()
    {
        var (alice, bob, id) = await TwoAsync(nodes.A2);
        await CatchUpAsync(bob);
        var reading = Task.Run(async () =>
        {
            var seqs = new List<long>();
            while (seqs.Count == 0 || seqs[^1] < 120) seqs.Add((await bob.NextEventAsync("message", seconds: 20)).GetProperty("seq").GetInt64());
            return seqs;
        });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            var sender = i % 3 == 0 ? bob : i % 3 == 1 ? alice : alice.At(nodes.A2);
            for (var n = 0; n < 10; n++) (await sender.SendAsync(id, $"{i}/{n}")).Is(201);
        }));
        (await reading).ShouldBe(Enumerable.Range(1, 120).Select(seq => (long)seq));
    }

    [Fact]
    public async Task Stream_HasTheFormatOfServerSentEvents()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        var opened = (await stream.ReadAsync())!;
        (opened.Type, opened.Data).ShouldBe((null, null), "a cursor before anything happens");
        opened.Id.ShouldNotBeNullOrEmpty();
        await alice.SendAsync(id, "two\nlines");
        var message = await stream.NextAsync("message");
        message.Id.ShouldNotBe(opened.Id);
        message.Json.GetProperty("text").GetString().ShouldBe("two\nlines");
        message.Json.TryGetProperty("type", out _).ShouldBeFalse("the type is the event's name");
        bob.Cursor = message.Id!;
        await alice.SendAsync(id, "next");
        (await stream.NextAsync("message")).Json.GetProperty("seq").GetInt64().ShouldBe(2);
        (await bob.NextEventAsync("message")).GetProperty("seq").GetInt64().ShouldBe(2, "its id is a cursor for a poll too");
    }

    [Fact]
    public async Task Stream_WithAHeartbeatOfItsOwn_SaysSomethingThatOften()
    {
        var alice = await Node.SignUpAsync("alice");
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor, heartbeat: 5);
        await stream.HeartbeatAsync(); // the usual one would come after the patience of the reader
    }

    [Fact]
    public async Task Stream_WithALastEventId_GoesOnFromThere()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        var beginning = bob.Cursor;
        await using (var stream = await EventReader.OpenAsync(bob, beginning))
        {
            for (var i = 1; i <= 3; i++) await alice.SendAsync(id, $"{i}");
            await stream.NextAsync("message");
            bob.Cursor = (await stream.NextAsync("message")).Id!;
        }

        await using var again = await EventReader.OpenAsync(bob, beginning, lastEventId: bob.Cursor);
        (await again.NextAsync("message")).Json.GetProperty("seq").GetInt64().ShouldBe(3, "Last-Event-ID wins over after");
    }

    [Fact]
    public async Task Stream_LostWithEventsOnTheirWay_GoesOnBehindTheLastThatArrived()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        await using (var stream = await EventReader.OpenAsync(bob, bob.Cursor))
        {
            for (var seq = 1; seq <= 6; seq++)
            {
                await alice.SendAsync(id, $"{seq}");
                var message = await stream.NextAsync("message");
                if (seq == 2) bob.Cursor = message.Id!; // what was written after it gets lost
            }
        }

        await using var again = await EventReader.OpenAsync(bob, bob.Cursor);
        (await again.ReadAsync())!.Id!.Split('.')[..3].ShouldBe(bob.Cursor.Split('.')[..3], "life, session and position");
        for (var seq = 3; seq <= 6; seq++) (await again.NextAsync("message")).Json.GetProperty("seq").GetInt64().ShouldBe(seq);
    }

    [Fact]
    public async Task Stream_BackFromANodeOfWhichNothingCame_GoesOnAsFromAnyOtherNode()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        await using (var stream = await EventReader.OpenAsync(bob, bob.Cursor))
        {
            for (var seq = 1; seq <= 2; seq++) await alice.SendAsync(id, $"{seq}");
            await stream.NextAsync("message");
            bob.Cursor = (await stream.NextAsync("message")).Id!;
            await using (await EventReader.OpenAsync(bob.At(nodes.A2), bob.Cursor)) await stream.NextAsync("replaced");
        }

        await alice.SendAsync(id, "3");
        await using var back = await EventReader.OpenAsync(bob, bob.Cursor);
        for (var seq = 1; seq <= 3; seq++) (await back.NextAsync("message")).Json.GetProperty("seq").GetInt64().ShouldBe(seq);
    }

    [Fact]
    public async Task SecondRequest_OnTheSameNode_ReplacesTheFirst()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        await using var first = await EventReader.OpenAsync(bob, bob.Cursor);
        await first.ReadAsync();
        await using var second = await EventReader.OpenAsync(bob, bob.Cursor);
        (await first.NextAsync("replaced")).Data.ShouldBe("{}");
        await first.EndsAsync();
        await alice.SendAsync(id, "hello");
        (await second.NextAsync("message")).Json.GetProperty("seq").GetInt64().ShouldBe(1);

        var poll = bob.GetAsync($"/events?after={bob.Cursor}&wait=20");
        await second.NextAsync("replaced");
        (await poll).Is(200)["events"].EnumerateArray().ShouldContain(e => e.GetProperty("type").GetString() == "message");
    }

    [Fact]
    public async Task SecondPoll_OnTheSameNode_ReplacesTheFirst()
    {
        var alice = await Node.SignUpAsync("alice");
        await CatchUpAsync(alice);
        var first = alice.GetAsync($"/events?after={alice.Cursor}&wait=20");
        await Eventually.HoldsAsync(() => Task.FromResult(Hosted(alice)?.IdleSince is null), "the first waits");
        (await alice.GetAsync($"/events?after={alice.Cursor}&wait=0")).Is(200);
        var started = Stopwatch.GetTimestamp();
        var answer = (await first).Is(200);
        Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(5);
        Types(answer["events"].EnumerateArray()).ShouldBe(["replaced"]);
    }

    [Fact]
    public async Task SecondRequest_OnAnotherNode_ReplacesTheFirst()
    {
        var bob = await Node.SignUpAsync("bob");
        await CatchUpAsync(bob);
        await using var first = await EventReader.OpenAsync(bob, bob.Cursor);
        await first.ReadAsync();
        await using var second = await EventReader.OpenAsync(bob.At(nodes.A2), bob.Cursor);
        await first.NextAsync("replaced");
        await first.EndsAsync();
    }

    [Fact]
    public async Task SignOut_OfASession_EndsItsStreamAndItsPoll()
    {
        var alice = await Node.SignUpAsync("alice");
        var other = await alice.SignInAsync(at: nodes.A2);
        await CatchUpAsync(alice);
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        await stream.ReadAsync();
        (await other.DeleteAsync($"/sessions/{alice.SessionId}")).Is(204);
        (await stream.NextAsync("signedOut")).Data.ShouldBe("{}");
        await stream.EndsAsync();

        var polling = other.GetAsync($"/events?after={other.Cursor}&wait=0");
        await polling;
        var waiting = other.PollAsync(wait: 20);
        var hub = nodes.A2.Services.GetRequiredService<EventHub>();
        await Eventually.HoldsAsync(() => hub.Find(long.Parse(other.SessionId)) is { IdleSince: null }, "the held poll"); // one that comes after the end is answered 401
        (await other.DeleteAsync("/session")).Is(204);
        Types(await waiting).ShouldContain("signedOut");
    }

    [Fact]
    public async Task Resume_OnAnotherNode_MissesNothing()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        for (var i = 1; i <= 3; i++) await alice.SendAsync(id, $"{i}");
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "changed" })).Is(200);
        await alice.PutAsync("/me/status", new { status = "away" });
        var newcomer = await Node.SignUpAsync("newcomer");
        (await newcomer.AsksAsync(bob)).Is(201);

        var moved = bob.At(nodes.A2);
        var events = await moved.EventsUntilAsync(e => e.GetProperty("type").GetString() == "message" && e.GetProperty("seq").GetInt64() == 3);
        Types(events)[0].ShouldBe("presence");
        events[0].GetProperty("items").EnumerateArray().ShouldContain(item => item.GetProperty("status").GetString() == "away");
        events.Where(e => e.GetProperty("type").GetString() == "message").Select(e => e.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3]);
        Types(events).ShouldContain("messageChanged");
        events.ShouldContain(e => e.GetProperty("type").GetString() == "contact" && e.GetRawText().Contains(newcomer.Username));
        await alice.SendAsync(id, "4");
        (await moved.NextEventAsync("message")).GetProperty("seq").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task Resume_GoingBackAndForthUnderTraffic_MissesNothing()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        var seen = new SortedSet<long>();
        var sending = Task.Run(async () =>
        {
            for (var i = 1; i <= 60; i++) (await (i % 2 == 0 ? alice : alice.At(nodes.A2)).SendAsync(id, $"{i}")).Is(201);
        });
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; seen.Count < 60 && Stopwatch.GetElapsedTime(started).TotalSeconds < 20; round++)
        {
            bob = bob.At(round % 2 == 0 ? nodes.A2 : Node);
            foreach (var e in (await bob.PollAsync(wait: 1)).Where(e => e.GetProperty("type").GetString() == "message")) seen.Add(e.GetProperty("seq").GetInt64());
        }

        await sending;
        seen.ShouldBe(Enumerable.Range(1, 60).Select(seq => (long)seq));
    }

    [Fact]
    public async Task Cursor_ThatIsTooOld_IsToldToResync()
    {
        var (alice, bob, id) = await TwoAsync();
        var longAgo = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds();
        foreach (var cursor in new[] { $"0.0.0.{longAgo}", $"77.{bob.SessionId}.5.{longAgo}", "1.1.1.0" })
        {
            bob.Cursor = cursor;
            var only = (await bob.PollAsync()).ShouldHaveSingleItem();
            only.GetProperty("type").GetString().ShouldBe("resync");
            only.GetProperty("cursor").GetString().ShouldBe(bob.Cursor, "both say where to go on");
            await alice.SendAsync(id, "after the resync");
            (await bob.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("after the resync");
        }

        await using var stream = await EventReader.OpenAsync(bob, $"0.0.0.{longAgo}");
        var resync = await stream.NextAsync("resync");
        resync.Json.GetProperty("cursor").GetString().ShouldBe(resync.Id);
        await stream.EndsAsync();
    }

    [Fact]
    public async Task Queue_ThatOverflows_IsReadAgainFromTheStore()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        var text = new string('語', 3_900); // more than a megabyte, in a few messages
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => alice.SendAsync(id, text)));
        var events = await bob.EventsUntilAsync(e => e.GetProperty("type").GetString() == "message" && e.GetProperty("seq").GetInt64() == 100);
        events.Where(e => e.GetProperty("type").GetString() == "message").Select(e => e.GetProperty("seq").GetInt64())
            .ShouldBe(Enumerable.Range(1, 100).Select(seq => (long)seq));
    }

    [Fact]
    public async Task Client_ThatWasToldToResync_GoesOn_HoweverMuchWasSaidJustBefore()
    {
        var bob = await Node.SignUpAsync("bob");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            var friend = await Node.SignUpAsync($"friend{number}");
            await friend.BefriendAsync(bob);
            var id = await friend.OpenAsync(bob);
            for (var i = 0; i < 430; i++) (await friend.SendAsync(id, "a word")).Is(201);
        }));
        bob.Cursor = "0.0.0.1000";
        var told = (await bob.PollAsync()).Single();
        told.GetProperty("type").GetString().ShouldBe("resync");
        bob.Cursor = told.GetProperty("cursor").GetString()!;
        Types(await bob.PollAsync()).ShouldNotContain("resync");
    }

    [Fact]
    public async Task Queue_ThatOverflowsByMoreThanIsReadAgain_IsToldToResync()
    {
        var (alice, bob, id) = await TwoAsync();
        await CatchUpAsync(bob);
        var text = new string('語', 800);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 70; i++) (await alice.SendAsync(id, text)).Is(201);
        }));
        await Eventually.HoldsAsync(() => Task.FromResult(Hosted(bob) is not { } hosted || hosted.HasHole), "the queue is full");
        Types(await bob.PollAsync()).ShouldBe(["resync"]);
        await alice.SendAsync(id, "small");
        await bob.NextEventAsync("message", e => e.GetProperty("text").GetString() == "small");
    }

    private IntraMessenger.Node.Events.HostedSession? Hosted(Person person) =>
        Node.Services.GetRequiredService<IntraMessenger.Node.Events.EventHub>().Find(long.Parse(person.SessionId));

    [Fact]
    public async Task StoppingNode_TellsItsClientsToMoveAndAnotherGoesOn()
    {
        var leaving = await nodes.Cluster.StartNodeAsync("a");
        var (alice, bob, id) = await TwoAsync();
        var visiting = bob.At(leaving);
        await CatchUpAsync(visiting);
        await using var stream = await EventReader.OpenAsync(visiting, visiting.Cursor);
        var cursor = (await stream.ReadAsync())!.Id!;
        var stopping = leaving.StopAsync();
        await stream.NextAsync("moved");
        await stopping;
        await alice.SendAsync(id, "meanwhile");
        bob.Cursor = cursor;
        (await bob.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("meanwhile");
    }
}
