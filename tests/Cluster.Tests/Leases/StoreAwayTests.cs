using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Leases;

[Collection(nameof(WaitingCollection))]
public sealed class StoreAwayTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Store_AwayForFortySeconds_CostsNobodyAPlaceOrAMessage()
    {
        var people = await cluster.SignedInAsync(50, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.A2));
        var (alice, carol, silent) = (people[0], people[1], people[49]);
        await alice.BefriendAsync(carol);
        var conversation = await alice.ConversationWithAsync(carol);
        var readers = await Task.WhenAll(people.Take(49).Select(person => person.ListenAsync()));
        await Eventually.HoldsAsync(async () => await cluster.PlacesAsync("a") == 50, "fifty places");
        var atCarol = readers[1];

        await cluster.Local.Store!.StopAsync();
        var stopped = TimeProvider.System.GetTimestamp();
        var sending = Enumerable.Range(0, 20).Select(i => SendUntilTakenAsync(alice, conversation, $"during {i}")).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(40));
        readers.ShouldAllBe(reader => !reader.HasEnded, "held requests stay held");
        await cluster.Local.Store!.StartAsync();
        TimeProvider.System.GetElapsedTime(stopped).TotalSeconds.ShouldBeGreaterThan(39);

        // No send is lost, each is there once, and it goes on by itself.
        var refusals = (await Task.WhenAll(sending)).Sum();
        refusals.ShouldBeGreaterThan(0, "the store was away: some sends were refused first");
        foreach (var i in Enumerable.Range(0, 20)) await atCarol.NextAsync("message", data => data.GetProperty("text").GetString() == $"during {i}", 20);
        (await alice.ReadAllAsync(conversation)).Select(item => item.GetProperty("text").GetString()).Order()
            .ShouldBe(Enumerable.Range(0, 20).Select(i => $"during {i}").Order());

        // Nobody lost a place or went offline: not at once, and not when the grace is over.
        var stranger = (await cluster.PeopleAsync(1, RunningCluster.At(cluster.A2)))[0];
        (await stranger.SignInAsync()).Status.ShouldBe(429);
        (await silent.GetAsync("me")).Status.ShouldBe(200, "one without a stream comes back to its place");
        await Task.Delay(TimeSpan.FromSeconds(20));
        readers.ShouldAllBe(reader => !reader.HasEnded);
        readers.ShouldAllBe(reader => !reader.Has("noPlace") && !reader.Has("resync"));
        (await cluster.PlacesAsync("a")).ShouldBe(50);
        atCarol.Events.Where(item => item.Type == "presence").SelectMany(item => item.Data.GetProperty("items").EnumerateArray())
            .ShouldAllBe(item => item.GetProperty("status").GetString() != "offline");
        foreach (var reader in readers) await reader.DisposeAsync();
    }

    [Fact]
    public async Task Cluster_KilledAndStartedAgain_LocksNobodyOut()
    {
        var people = await cluster.SignedInAsync(50, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.A2));
        var readers = await Task.WhenAll(people.Select(person => person.ListenAsync()));
        foreach (var member in cluster.Local.Members) await member.KillAsync();
        foreach (var reader in readers) await reader.DisposeAsync();
        await cluster.Local.Store!.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(40)); // longer than any lease

        await cluster.Local.Store!.StartAsync();
        foreach (var member in cluster.Local.Members) member.Start();
        foreach (var member in cluster.Local.Members) await member.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));

        // Who was in is in, with the same token; who was not waits until somebody does not come back.
        var stranger = (await cluster.PeopleAsync(1, RunningCluster.At(cluster.A2)))[0];
        (await stranger.SignInAsync()).Status.ShouldBe(429);
        foreach (var person in people.Take(45)) (await person.GetAsync("me")).Status.ShouldBe(200);
        (await people[0].Elsewhere(people[0].Address).SignInAsync()).Status.ShouldBe(201);
        await Eventually.HoldsAsync(async () => (await stranger.SignInAsync()).Status == 201, "a place for the stranger", 90);
    }

    /// <summary>As a client does: the same send again and again until it is taken. How often it was refused.</summary>
    private static async Task<int> SendUntilTakenAsync(Person sender, string conversation, string text)
    {
        var clientId = Guid.NewGuid();
        for (var refused = 0; ; refused++)
        {
            var reply = await sender.SayAsync(conversation, text, clientId);
            if (reply.Status is 200 or 201) return refused;
            reply.Status.ShouldBe(503, reply.ToString());
            reply.RetryAfter.ShouldNotBeNull();
            await Task.Delay(1000);
        }
    }
}
