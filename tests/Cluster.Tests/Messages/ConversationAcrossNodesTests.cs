using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Messages;

[Collection(nameof(RunningCollection))]
public sealed class ConversationAcrossNodesTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Message_FromAToB_ArrivesAcrossNodesAndAtEverySession()
    {
        var alice = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var bob = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        var alicesPhone = alice.Elsewhere(RunningCluster.At(cluster.A2));
        await alicesPhone.SignInAsync();
        await alice.BefriendAsync(bob);
        var conversation = await alice.ConversationWithAsync(bob);
        await using var atBob = await bob.ListenAsync();
        await using var atAlice = await alice.ListenAsync();
        await using var atPhone = await alicesPhone.ListenAsync();

        var sent = await alice.SayAsync(conversation, "hello");

        foreach (var reader in new[] { atBob, atAlice, atPhone })
        {
            var message = await reader.NextAsync("message");
            message.Data.GetProperty("text").GetString().ShouldBe("hello");
            message.Data.GetProperty("seq").GetInt64().ShouldBe(sent.Number("seq"));
            message.Data.GetProperty("from").GetString().ShouldBe(alice.Id);
        }
    }

    [Fact]
    public async Task Messages_OneAfterTheOther_DoNotWaitForTheSweep()
    {
        var alice = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var bob = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        await alice.BefriendAsync(bob);
        var conversation = await alice.ConversationWithAsync(bob);
        await using var atBob = await bob.ListenAsync();
        var started = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 40; i++)
        {
            await alice.SayAsync(conversation, $"{i}");
            await atBob.NextAsync("message", data => data.GetProperty("text").GetString() == $"{i}");
        }

        // By the sweep alone each would take 0.75 s on average, 30 s together; signals take milliseconds.
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(15);
    }

    [Fact]
    public async Task Message_TenThousandOfTwentySendersThroughAllNodes_AreNumberedWithoutGapAndReadBackIdentical()
    {
        const int senders = 20, each = 500;
        var alice = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var bob = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        await alice.BefriendAsync(bob);
        var conversation = await alice.ConversationWithAsync(bob);
        var sessions = new List<Person>();
        for (var i = 0; i < senders; i++)
        {
            var session = (i % 3) switch { 0 => alice.Elsewhere(RunningCluster.At(cluster.A1)), 1 => alice.Elsewhere(RunningCluster.At(cluster.A2)), _ => bob.Elsewhere(RunningCluster.At(cluster.B1)) };
            Person.Require(await session.SignInAsync(), 201);
            sessions.Add(session);
        }

        await using var atBob = await bob.ListenAsync();
        var sent = await Task.WhenAll(sessions.Select(async (session, sender) =>
        {
            var own = new List<(Guid ClientId, string Text, Reply Reply)>();
            for (var i = 0; i < each; i++)
            {
                var (clientId, text) = (Guid.NewGuid(), $"{sender}/{i}");
                own.Add((clientId, text, Person.Require(await session.SayAsync(conversation, text, clientId), 201)));
            }

            return own;
        }));

        // Numbered 1..10,000, each once, as acknowledged.
        var bySeq = sent.SelectMany(own => own).ToDictionary(item => item.Reply.Number("seq"), item => item.Text);
        bySeq.Keys.Order().ShouldBe(Enumerable.Range(1, senders * each).Select(seq => (long)seq));

        // Read back identical on every node.
        foreach (var reader in new[] { alice, alice.By(RunningCluster.At(cluster.A2)), bob })
        {
            var all = await reader.ReadAllAsync(conversation);
            all.Select(item => item.GetProperty("seq").GetInt64()).ShouldBe(Enumerable.Range(1, senders * each).Select(seq => (long)seq));
            all.ShouldAllBe(item => item.GetProperty("text").GetString() == bySeq[item.GetProperty("seq").GetInt64()]);
        }

        // Delivered to a stream, each once and in order.
        await Eventually.HoldsAsync(() => atBob.Events.Count(item => item.Type == "message") >= senders * each || atBob.Has("resync"), "every message", 30,
            () => $"{atBob.Events.Count(item => item.Type == "message")} came, then {atBob.Events.LastOrDefault()?.Type}; the stream {(atBob.HasEnded ? "ended" : "goes on")}.");
        atBob.Has("resync").ShouldBeFalse();
        atBob.Events.Where(item => item.Type == "message").Select(item => item.Data.GetProperty("seq").GetInt64())
            .ShouldBe(Enumerable.Range(1, senders * each).Select(seq => (long)seq));

        // Repeating any send, on another node, gives the first answer and stores nothing.
        foreach (var (own, sender) in sent.Select((own, sender) => (own, sender)))
        {
            var (clientId, text, first) = own[sender * 7 % each];
            var elsewhere = sender % 3 == 2 ? sessions[sender] : sessions[sender].By(RunningCluster.At(sender % 3 == 0 ? cluster.A2 : cluster.A1));
            var repeated = await elsewhere.SayAsync(conversation, text, clientId);
            repeated.Status.ShouldBe(200);
            repeated.Body.ToString().ShouldBe(first.Body.ToString());
        }

        (await alice.GetAsync($"conversations/{conversation}")).Number("lastSeq").ShouldBe(senders * each);
    }
}
