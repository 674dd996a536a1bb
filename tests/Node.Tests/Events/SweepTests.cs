using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Testing;
using Microsoft.Extensions.DependencyInjection;
using EventReader = IntraMessenger.Node.Tests.Driver.EventReader;
using Person = IntraMessenger.Node.Tests.Driver.Person;

namespace IntraMessenger.Node.Tests.Events;

/// <summary>Signals may be lost and rows may become visible late: what the sweep finds is enough.</summary>
public sealed class SweepTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private async Task<(Person Alice, Person Bob, string Id)> TwoAsync(TestNode one, TestNode two)
    {
        var (alice, bob) = (await one.SignUpAsync("alice"), await two.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var id = await alice.OpenAsync(bob);
        while ((await bob.PollAsync(wait: 1)).Count > 0) ;
        return (alice, bob, id);
    }

    [Fact]
    public async Task Changes_WhoseSignalsAreLost_ArriveWithinASweep()
    {
        // Each node believes the other to be where nobody listens.
        var nowhere = $"http://127.0.0.1:{FreePort.Next()}";
        var one = await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = nowhere });
        var two = await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = nowhere });
        var (alice, bob, id) = await TwoAsync(one, two);

        (await alice.SendAsync(id, "without a signal")).Is(201);
        await bob.NextEventAsync("message", seconds: 4);
        (await alice.PatchAsync($"/conversations/{id}/messages/1", new { text = "changed" })).Is(200);
        await bob.NextEventAsync("messageChanged", seconds: 4);
        (await alice.PutAsync("/me/status", new { status = "away" })).Is(200);
        await bob.NextEventAsync("presence", seconds: 4);
        (await alice.DeleteAsync($"/contacts/{bob.Id}")).Is(204);
        await bob.NextEventAsync("contactRemoved", seconds: 4);
        var other = await bob.SignInAsync(at: one);
        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        await stream.ReadAsync();
        (await other.DeleteAsync($"/sessions/{bob.SessionId}")).Is(204);
        await stream.NextAsync("signedOut").WaitAsync(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Conversation_WhoseSignalsAreLost_ComesWithItsFirstMessages()
    {
        var nowhere = $"http://127.0.0.1:{FreePort.Next()}";
        var one = await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = nowhere });
        var two = await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = nowhere });
        var (alice, bob) = (await one.SignUpAsync("alice"), await two.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        await stream.NextAsync("contact").WaitAsync(TimeSpan.FromSeconds(6));

        (await alice.SendAsync(await alice.OpenAsync(bob), "hello")).Is(201); // one sweep finds all of it
        (await stream.NextAsync("message").WaitAsync(TimeSpan.FromSeconds(6))).Json.GetProperty("text").GetString().ShouldBe("hello");
    }

    [Fact]
    public async Task Node_ThatHostsNobody_LearnsFromTheSweepWhoIsWhere()
    {
        var one = await _cluster.StartNodeAsync(new NodeSetup("a") { AdvertisedManagement = $"http://127.0.0.1:{FreePort.Next()}" });
        var two = await _cluster.StartNodeAsync("a");
        var hosts = one.Services.GetRequiredService<HostMap>();
        await Eventually.HoldsAsync(() => hosts.IsKnown, "who hosts whom was read");

        var alice = await two.SignUpAsync("alice");
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        await Eventually.HoldsAsync(() => hosts.LivesOf(long.Parse(alice.Id)).Contains(two.Services.GetRequiredService<NodeLease>().LifeId!.Value), "the sweep tells what no signal did", 6);
    }

    [Fact]
    public async Task JournalRow_ThatIsCommittedLate_IsStillTold()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob, _) = await TwoAsync(node, node);
        var late = await node.SignUpAsync("late");
        await using var held = await HeldTransaction.BeginAsync(_cluster);

        // An entry and its journal row with an earlier number and time, not visible yet.
        await held.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (@bob, @late, 2);
            INSERT INTO changes (at, kind, account_id, other_id) SELECT now, @kind, @bob, @late FROM store_clock
            """, new { bob = bob.Id, late = late.Id, kind = (byte)ChangeKind.Contact });
        (await alice.PutAsync("/me/status", new { status = "busy" })).Is(200);
        await bob.NextEventAsync("presence");
        await held.StaysOpenAsync(seconds: 4);
        await held.CommitAsync();
        (await bob.NextEventAsync("contact", seconds: 4)).GetProperty("contact").GetProperty("user").GetProperty("id").GetString().ShouldBe(late.Id);
    }

    [Fact]
    public async Task Signal_OfWhatThisServerOfTheStoreDoesNotShowYet_IsToldAgainByTheSweep()
    {
        await using var cluster = await TestCluster.StartAsync(severalServers: true);
        var node = await cluster.StartNodeAsync("a");
        var (alice, bob, _) = await TwoAsync(node, node);
        var late = await node.SignUpAsync("late");
        await using var held = await HeldTransaction.BeginAsync(cluster);
        await held.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (@bob, @late, 2);
            INSERT INTO changes (at, kind, account_id, other_id) SELECT now, @kind, @bob, @late FROM store_clock
            """, new { bob = bob.Id, late = late.Id, kind = (byte)ChangeKind.Contact });

        // As if its writer had committed it on another server, which is ahead.
        node.Services.GetRequiredService<ChangeBus>().TellHere(new Change(await held.LastIdAsync(), ChangeKind.Contact, long.Parse(bob.Id), long.Parse(late.Id)));
        (await alice.PutAsync("/me/status", new { status = "busy" })).Is(200);
        await bob.NextEventAsync("presence");
        await held.CommitAsync();
        (await bob.NextEventAsync("contact", seconds: 5)).GetProperty("contact").GetProperty("user").GetProperty("id").GetString().ShouldBe(late.Id);
    }

    [Fact]
    public async Task Message_ThatIsCommittedLate_IsStillTold()
    {
        var node = await _cluster.StartNodeAsync("a");
        var (alice, bob, id) = await TwoAsync(node, node);
        var carol = await node.SignUpAsync("carol");
        await carol.BefriendAsync(bob);
        var other = await carol.OpenAsync(bob);
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("""
            UPDATE conversations SET last_seq = last_seq + 1, changed_at = (SELECT now FROM store_clock) WHERE id = @id;
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
            SELECT id, last_seq, 'text', @sender, @client, @digest, 'late', changed_at FROM conversations WHERE id = @id;
            INSERT INTO changes (at, kind, account_id, messages) SELECT now, 1, 0, CONCAT(c.id, ':', c.last_seq) FROM store_clock JOIN conversations c ON c.id = @id
            """, new { id, sender = alice.Id, client = Guid.NewGuid().ToByteArray(), digest = new byte[32] });
        (await carol.SendAsync(other, "in time")).Is(201);
        (await bob.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("in time");
        await held.StaysOpenAsync(seconds: 4);
        await held.CommitAsync();
        (await bob.NextEventAsync("message", seconds: 4)).GetProperty("text").GetString().ShouldBe("late");

        // And for a client that comes from another node with a cursor of meanwhile.
        var another = await _cluster.StartNodeAsync("a");
        var moved = bob.At(another);
        (await moved.NextEventAsync("message", e => e.GetProperty("text").GetString() == "late")).ShouldNotBe(default);
    }

    [Fact]
    public async Task Replay_OfARowThatIsCommittedLate_HasIt()
    {
        var (one, two) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("a"));
        var (alice, bob, _) = await TwoAsync(one, one);
        var late = await one.SignUpAsync("late");
        await using var held = await HeldTransaction.BeginAsync(_cluster);
        await held.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (@bob, @late, 2);
            INSERT INTO changes (at, kind, account_id, other_id) SELECT now, @kind, @bob, @late FROM store_clock
            """, new { bob = bob.Id, late = late.Id, kind = (byte)ChangeKind.Contact });
        (await alice.PutAsync("/me/status", new { status = "busy" })).Is(200);
        await bob.NextEventAsync("presence");
        await held.StaysOpenAsync(seconds: 3);
        await bob.PollAsync(); // its cursor is now later than the row
        await held.CommitAsync();
        var moved = bob.At(two);
        await moved.NextEventAsync("contact", e => e.GetRawText().Contains(late.Username), seconds: 4);
    }
}
