using IntraMessenger.Launcher;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using EventReader = IntraMessenger.Node.Tests.Driver.EventReader;
using Person = IntraMessenger.Node.Tests.Driver.Person;

namespace IntraMessenger.Node.Tests.Signals;

/// <summary>Signals go to the nodes that host somebody concerned, and to no other.</summary>
public sealed class TargetTests : IAsyncLifetime
{
    private const string Received = "intramessenger_signals_received_total";

    private TestCluster _cluster = null!;
    private TestNode _one = null!;
    private TestNode _two = null!;
    private TestNode _three = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _two = await _cluster.StartNodeAsync("a");
        _three = await _cluster.StartNodeAsync("a");
        _one = await _cluster.StartNodeAsync("a"); // knows the others from its first renewal on
        foreach (var node in new[] { _one, _two, _three })
        {
            await Eventually.HoldsAsync(() => node.Services.GetRequiredService<LeaseAgent>().Peers.Count == 2, "every node knows the two others");
            await Eventually.HoldsAsync(() => node.Services.GetRequiredService<HostMap>().IsKnown, "who hosts whom was read");
        }
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private static async Task<double> ReceivedAsync(TestNode node) => (await Scrape.OfAsync(node.ManagementUrl))[Received];

    private static HostMap MapOf(TestNode node) => node.Services.GetRequiredService<HostMap>();

    /// <summary>Somebody with a stream here, whom the other nodes know to be here.</summary>
    private async Task<(Person Person, EventReader Stream)> HostedAsync(string name, TestNode at)
    {
        var person = await at.SignUpAsync(name);
        var stream = await EventReader.OpenAsync(person, person.Cursor);
        await IsKnownAsync(person, at);
        return (person, stream);
    }

    private async Task IsKnownAsync(Person person, TestNode at)
    {
        foreach (var other in new[] { _one, _two, _three }.Where(other => other != at))
        {
            await Eventually.HoldsAsync(() => MapOf(other).LivesOf(long.Parse(person.Id)).Contains(at.Services.GetRequiredService<NodeLease>().LifeId!.Value),
                $"{other.Name} knows that {person.Username} is at {at.Name}");
        }
    }

    /// <summary>What each node heard while something was done and came to its end.</summary>
    private async Task<(double One, double Two, double Three)> HeardAsync(Func<Task> work)
    {
        var before = await StandingAsync();
        await work();
        var after = await StandingAsync();
        return (after[0] - before[0], after[1] - before[1], after[2] - before[2]);
    }

    /// <summary>The counts when they stand still: an event may come by the sweep before its signal does.</summary>
    private async Task<double[]> StandingAsync()
    {
        Task<double[]> CountsAsync() => Task.WhenAll(new[] { _one, _two, _three }.Select(ReceivedAsync));
        var (counts, looks) = (await CountsAsync(), 0);
        await Eventually.HoldsAsync(async () =>
        {
            await Task.Delay(100);
            var before = counts;
            counts = await CountsAsync();
            looks = counts.SequenceEqual(before) ? looks + 1 : 0;
            return looks == 3;
        }, "counts that stand still", seen: () => string.Join(", ", counts));
        return counts;
    }

    [Fact]
    public async Task Changes_BetweenTwoNodes_AreToldToNoThird()
    {
        var (alice, atAlice) = await HostedAsync("alice", _one);
        var (bob, atBob) = await HostedAsync("bob", _two);
        var (carol, atCarol) = await HostedAsync("carol", _three);
        await using var _ = atAlice;
        await using var __ = atBob;
        await using var ___ = atCarol;
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        await atBob.NextAsync("conversation"); // of which everybody is told

        (await HeardAsync(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                (await alice.SendAsync(talk, $"{i}")).Is(201);
                await atBob.NextAsync("message");
            }
        })).ShouldBe((0, 20, 0));

        (await HeardAsync(async () =>
        {
            (await bob.SendAsync(talk, "an answer")).Is(201);
            while ((await atAlice.NextAsync("message")).Json.GetProperty("text").GetString() != "an answer") ;
        })).ShouldBe((1, 0, 0));

        (await HeardAsync(async () =>
        {
            (await alice.PatchAsync($"/conversations/{talk}/messages/1", new { text = "changed" })).Is(200);
            await atBob.NextAsync("messageChanged");
            (await alice.PostAsync($"/conversations/{talk}/read", new { seq = 21 })).Is(204);
            await atBob.NextAsync("read");
            (await alice.PostAsync($"/conversations/{talk}/typing")).Is(204);
            await atBob.NextAsync("typing");
            (await alice.PutAsync("/me/status", new { status = "busy" })).Is(200);
            await atBob.NextAsync("presence");
        })).ShouldBe((0, 4, 0));

        // A request concerns who asks, who is here, and who is asked.
        (await HeardAsync(async () =>
        {
            (await alice.AsksAsync(carol)).Is(201);
            await atCarol.NextAsync("contact");
        })).ShouldBe((0, 0, 1));

        // Now and then the sweep looks just between a commit and its signal.
        (await Scrape.OfAsync(_two.ManagementUrl))["intramessenger_changes_swept_total"].ShouldBeLessThan(8, "25 changes concerned somebody here, and signals told them");
    }

    [Fact]
    public async Task Session_ThatComesToAnotherNode_IsFollowed()
    {
        var (alice, atAlice) = await HostedAsync("alice", _one);
        var (bob, atBob) = await HostedAsync("bob", _two);
        await using var _ = atAlice;
        await using var __ = atBob;
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        await atBob.NextAsync("conversation");

        var moved = bob.At(_three);
        await using var atThree = await EventReader.OpenAsync(moved, moved.Cursor);
        await IsKnownAsync(moved, _three);
        var (_, _, three) = await HeardAsync(async () =>
        {
            (await alice.SendAsync(talk, "there you are")).Is(201);
            await atThree.NextAsync("message");
            await Eventually.HoldsAsync(async () => await ReceivedAsync(_three) > 0, "the signal");
        });
        three.ShouldBe(1);
    }

    [Fact]
    public async Task Node_WithoutAnySession_LearnsWhoIsWhere()
    {
        // Nobody has a stream at one.
        var alice = await _one.SignUpAsync("alice");
        var (bob, atBob) = await HostedAsync("bob", _two);
        await using var _ = atBob;
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        await atBob.NextAsync("conversation");
        (await HeardAsync(async () =>
        {
            (await alice.SendAsync(talk, "hello")).Is(201);
            await atBob.NextAsync("message");
        })).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Map_OfANodeThatStarts_HasWhoIsHostedAlready()
    {
        var (bob, atBob) = await HostedAsync("bob", _two);
        await using var _ = atBob;
        var late = await _cluster.StartNodeAsync("a");
        await Eventually.HoldsAsync(() => MapOf(late).IsKnown, "who hosts whom was read");
        MapOf(late).LivesOf(long.Parse(bob.Id)).ShouldBe([_two.Services.GetRequiredService<NodeLease>().LifeId!.Value]);
    }

    [Fact]
    public async Task Node_ThatHasJustStarted_IsToldWhoTypes_BeforeTheOthersRenewTheirLeases()
    {
        var (alice, atAlice) = await HostedAsync("alice", _one);
        var bob = await _two.SignUpAsync("bob");
        await using var _ = atAlice;
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        var life = _one.Services.GetRequiredService<NodeLease>().LifeId;
        Task<DateTime> RenewedAsync() => _cluster.ScalarAsync<DateTime>("SELECT renewed_at FROM node_lives WHERE id = @life", new { life });
        var before = await RenewedAsync();
        await Eventually.HoldsAsync(async () => await RenewedAsync() != before, "the node of who types has just renewed its lease");
        var renewed = TimeProvider.System.GetTimestamp();

        var late = await _cluster.StartNodeAsync("a");
        bob = bob.At(late);
        await using var atBob = await EventReader.OpenAsync(bob, bob.Cursor);
        await Eventually.HoldsAsync(() => _one.Services.GetRequiredService<LeaseAgent>().Peers.Any(peer => peer.LifeId == late.Services.GetRequiredService<NodeLease>().LifeId),
            "the new node is known", Math.Max(1, 4 - TimeProvider.System.GetElapsedTime(renewed).TotalSeconds));
        (await alice.PostAsync($"/conversations/{talk}/typing")).Is(204);
        await atBob.NextAsync("typing");
    }

    [Fact]
    public async Task Audience_WhereTheStoreDoesNotAnswer_IsEverybody()
    {
        var lease = new NodeLease(TimeProvider.System);
        var store = StoreFixture.Store($"Server=127.0.0.1;Port={FreePort.Next()};User ID=nobody;Database=none");
        var presence = new PresenceService(new PresenceStore(store), new ChangeStore(store), new ChangeBus(), store);
        var audience = new Audience(new HostMap(lease), new MemberCache(TimeProvider.System), new ConversationStore(store), presence, TimeProvider.System, NullLogger<Audience>.Instance);

        Change[] unclear = [new(1, ChangeKind.Presence, 1), new(0, ChangeKind.Typing, 1, 0, 7)];
        foreach (var change in unclear) audience.TryFind(change, out _).ShouldBeFalse();
        await audience.ReadAsync(unclear);
        foreach (var change in unclear) audience.Find(change).IsEverybody.ShouldBeTrue();

        // What the change brings along needs no store; what a later version may bring goes to everybody.
        audience.TryFind(new Change(0, ChangeKind.Message, 1, 0, 7, 1) { Members = [1, 2] }, out var members).ShouldBeTrue();
        members.Accounts.ToArray().ShouldBe([1, 2]);
        audience.TryFind(new Change(1, ChangeKind.Contact, 3, 4), out var one).ShouldBeTrue();
        one.Accounts.ToArray().ShouldBe([3]);
        foreach (var kind in new[] { ChangeKind.Session, ChangeKind.Conversation, (ChangeKind)200 })
        {
            audience.TryFind(new Change(1, kind, 1), out var all).ShouldBeTrue();
            all.IsEverybody.ShouldBeTrue();
        }
    }
}
