using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Messages;

[Collection(nameof(RunningCollection))]
public sealed class FailoverTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Client_WhoseNodeIsKilledUnderTraffic_GoesOnWithItsTokenAndMissesNothing()
    {
        var alice = (await cluster.SignedInAsync(1, cluster.Gateway("a")))[0];
        var bob = (await cluster.SignedInAsync(1, cluster.Gateway("b")))[0];
        await alice.BefriendAsync(bob);
        var conversation = await alice.ConversationWithAsync(bob);
        var listener = new FollowingListener(alice);
        var acknowledged = new List<(long Seq, string Text)>();

        var victim = (Member?)null;
        for (var i = 0; i < 400; i++)
        {
            var sender = i % 2 == 0 ? alice : bob;
            acknowledged.Add(await listener.SayAsync(sender, conversation, $"text {i}"));
            if (i != 150) continue;
            // The one that holds alice's stream.
            victim = await cluster.HolderAsync(alice.Id);
            await victim.KillAsync();
        }

        await Eventually.HoldsAsync(() => listener.Received.Count >= 400, "every message", 30, () => $"{listener.Received.Count} of 400 came");
        await listener.StopAsync();
        victim.ShouldNotBeNull();
        listener.Reconnected.ShouldBeGreaterThan(0, "the kill was noticed");
        acknowledged.Select(item => item.Seq).ShouldBe(Enumerable.Range(1, 400).Select(seq => (long)seq), "nothing is twice");
        foreach (var (seq, text) in acknowledged) listener.Received[seq].ShouldBe(text);
        (await alice.ReadAllAsync(conversation)).Select(item => item.GetProperty("text").GetString()).ShouldBe(acknowledged.Select(item => item.Text));
    }

    /// <summary>A client as it should be: goes on from its cursor, repeats a send with the same id, knows messages by their number.</summary>
    private sealed class FollowingListener
    {
        private readonly Person _person;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public FollowingListener(Person person)
        {
            _person = person;
            _running = RunAsync();
        }

        public Dictionary<long, string> Received { get; } = [];

        public int Reconnected { get; private set; }

        public async Task<(long Seq, string Text)> SayAsync(Person sender, string conversation, string text)
        {
            var clientId = Guid.NewGuid();
            while (true)
            {
                try
                {
                    var reply = await sender.SayAsync(conversation, text, clientId);
                    if (reply.Status is 200 or 201) return (reply.Number("seq"), text);
                    reply.Status.ShouldBe(503, reply.ToString());
                }
                catch (HttpRequestException)
                {
                    // The connection broke with the node.
                }

                await Task.Delay(100);
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        private async Task RunAsync()
        {
            for (string? cursor = _person.Cursor; !_stop.IsCancellationRequested; Reconnected++)
            {
                await using var reader = await _person.ListenAsync(cursor);
                while (!_stop.IsCancellationRequested)
                {
                    var hasEnded = reader.HasEnded;
                    while (reader.Events.TryDequeue(out var item))
                    {
                        cursor = item.Id;
                        item.Type.ShouldNotBe("resync");
                        if (item.Type == "message") Received[item.Data.GetProperty("seq").GetInt64()] = item.Data.GetProperty("text").GetString()!;
                    }

                    if (hasEnded) break;
                    await Task.Delay(20);
                }

                await Task.Delay(100);
            }
        }
    }
}
