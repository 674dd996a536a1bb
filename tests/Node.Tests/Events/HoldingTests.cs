using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace IntraMessenger.Node.Tests.Events;

/// <summary>What a node holds, and what it gives back.</summary>
public sealed class HoldingTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private Task<long?> HolderAsync(Person person) => nodes.Cluster.ScalarAsync<long?>("SELECT life_id FROM sessions WHERE id = @id", new { id = long.Parse(person.SessionId) });

    [Fact]
    public async Task Client_ThatLeavesAfterAResync_IsNotHeldForEver()
    {
        var alice = await Node.SignUpAsync("alice");
        (await alice.GetAsync("/events?after=0.0.0.1000")).Is(200)["events"][0].GetProperty("type").GetString().ShouldBe("resync");
        (await HolderAsync(alice)).ShouldNotBeNull();
        await Eventually.HoldsAsync(async () => await HolderAsync(alice) is null, "the session belongs to itself again", 25);
    }

    [Fact]
    public async Task Poll_AfterAPauseThatEndedTheHold_GoesOnExactly()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await alice.SendsAsync(bob, "before");
        await bob.NextEventAsync("message");
        while ((await bob.PollAsync()).Count > 0) ;

        await Eventually.HoldsAsync(async () => await HolderAsync(bob) is null, "the session belongs to itself again", 30);
        await alice.SendsAsync(bob, "meanwhile");

        (await bob.PollAsync(wait: 5)).Select(e => e.GetProperty("type").GetString()).ShouldBe(["message"], "what was given is not given again");
        (await HolderAsync(bob)).ShouldNotBeNull("the request holds it again");
    }

    [Fact]
    public async Task Stream_OfATokenThatExpires_EndsSignedOut()
    {
        var alice = await Node.SignUpAsync("alice");
        await nodes.Cluster.ExecuteAsync("UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 3 SECOND WHERE id = @id", new { id = long.Parse(alice.SessionId) });
        await using var stream = await EventReader.OpenAsync(alice, null);
        await stream.NextAsync("signedOut");
        await stream.EndsAsync();
    }

    [Fact]
    public async Task Sweep_OverMoreJournalThanOnePart_LeavesNobodyOut()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.B1.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        await nodes.Cluster.ExecuteAsync("""
            INSERT INTO changes (at, kind, account_id) SELECT UTC_TIMESTAMP(6), 4, 999999999 FROM (
                WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT i FROM n) AS a, (SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) AS b
            """);
        // Behind all of these, and told by no signal.
        await nodes.Cluster.ExecuteAsync("INSERT INTO changes (at, kind, account_id, other_id) VALUES (UTC_TIMESTAMP(6), 5, @bob, @alice)",
            new { bob = long.Parse(bob.Id), alice = long.Parse(alice.Id) });
        while (await stream.ReadAsync() is { } found)
        {
            found.Type.ShouldNotBe("resync");
            if (found.Type == "contact" && found.Json.GetProperty("contact").GetProperty("state").GetString() == "accepted") return;
        }

        throw new ShouldAssertException("the stream ended");
    }

    // A page that is loaded again: which of the two the store answers first is its own affair.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Request_ThatItsClientGaveUp_NeverReplacesTheOneThatCameAfterIt(int milliseconds)
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await bob.PollAsync();
        for (var round = 0; round < 30; round++)
        {
            using (var first = new TcpClient())
            {
                var address = Node.Http.BaseAddress!;
                await first.ConnectAsync(address.Host, address.Port);
                await first.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /{Node.Set}/api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bob.Token}\r\nAccept: text/event-stream\r\n\r\n"));
                await Task.Delay(milliseconds);
            }

            await using var second = await EventReader.OpenAsync(bob, round % 2 == 0 ? null : bob.Cursor);
            await second.ReadAsync();
            await Task.Delay(20);
            await alice.SendsAsync(bob, $"{round}");
            bob.Cursor = (await second.NextAsync("message")).Id!;
        }
    }

    // Its change may have been told while the request for its stream was on its way.
    [Fact]
    public async Task Session_ThatIsGoneWithoutAnyNews_LosesItsStream()
    {
        var alice = await Node.SignUpAsync("alice");
        await using var stream = await EventReader.OpenAsync(alice, null);
        await stream.ReadAsync();
        await nodes.Cluster.ExecuteAsync("DELETE FROM sessions WHERE id = @id", new { id = long.Parse(alice.SessionId) });
        await stream.NextAsync("signedOut");
    }

    [Fact]
    public async Task Session_ThatCameBackFromAnotherNode_IsNotReplacedByItsOwnPast()
    {
        var alice = await Node.SignUpAsync("alice");
        await alice.PollAsync();
        var there = alice.At(nodes.A2);
        await there.PollAsync();
        alice.Cursor = there.Cursor;
        await alice.PollAsync();
        for (var i = 0; i < 4; i++) (await alice.PollAsync(wait: 1)).Select(e => e.GetProperty("type").GetString()).ShouldNotContain("replaced");
    }

    [Fact]
    public async Task ReadAndTyping_OfOneWhoBlockedOrHides_AreToldToNobodyElse()
    {
        var (alice, bob, carol) = (await Node.SignUpAsync("alice"), await Node.SignUpAsync("bob"), await Node.SignUpAsync("carol"));
        await alice.BefriendAsync(bob);
        await alice.BefriendAsync(carol);
        var withBob = await alice.OpenAsync(bob);
        var withCarol = await alice.OpenAsync(carol);
        await bob.SendsAsync(alice, "to be read");
        await carol.SendsAsync(alice, "to be read");
        (await alice.PutAsync("/me/status", new { status = "hidden" })).Is(200);
        (await alice.PostAsync($"/contacts/{bob.Id}/block")).Is(200);
        (await alice.PostAsync($"/conversations/{withBob}/read", new { seq = 1 })).Is(204);
        (await alice.PostAsync($"/conversations/{withCarol}/read", new { seq = 1 })).Is(204);
        await alice.PostAsync($"/conversations/{withCarol}/typing");

        await alice.NextEventAsync("read", e => e.GetProperty("conversationId").GetString() == withBob);
        await alice.NextEventAsync("read", e => e.GetProperty("conversationId").GetString() == withCarol);
        foreach (var other in new[] { bob, carol })
        {
            var mark = await other.Node.SignUpAsync("mark");
            await mark.AsksAsync(other);
            var all = await other.EventsUntilAsync(e => e.GetProperty("type").GetString() == "contact" && e.GetProperty("contact").GetProperty("user").GetProperty("id").GetString() == mark.Id);
            all.Select(Type).ShouldNotContain("read");
            all.Select(Type).ShouldNotContain("typing");
        }

        static string? Type(JsonElement e) => e.GetProperty("type").GetString();
    }
}
