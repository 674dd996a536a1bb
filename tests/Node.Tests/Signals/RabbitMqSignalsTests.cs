using System.Text;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Node.Signals.Transports;
using IntraMessenger.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using EventReader = IntraMessenger.Node.Tests.Driver.EventReader;
using Person = IntraMessenger.Node.Tests.Driver.Person;

namespace IntraMessenger.Node.Tests.Signals;

public sealed class RabbitMqSignalsTests : IAsyncLifetime
{
    private readonly List<PrivateRabbitMq> _brokers = [];
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        foreach (var broker in _brokers)
        {
            await broker.StopAsync();
            Directory.Delete(broker.Folder, recursive: true);
        }
    }

    private async Task<PrivateRabbitMq> StartBrokerAsync(string plugins = "")
    {
        var broker = new PrivateRabbitMq(Directory.CreateTempSubdirectory("im-broker-").FullName, FreePort.Next(), FreePort.Next(), FreePort.Next()) { Plugins = plugins };
        _brokers.Add(broker);
        await broker.StartAsync();
        return broker;
    }

    private static object Through(string uri) => new { transport = "rabbitmq", rabbitmq = new { uri } };

    private async Task<TestNode> StartNodeAsync(object? signals, string? advertisedManagement = null)
    {
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Signals = signals, AdvertisedManagement = advertisedManagement });
        await Eventually.HoldsAsync(() => node.Services.GetRequiredService<ISignalTransport>().Problem is null, $"{node.Name} is connected");
        return node;
    }

    private static async Task KnowEachOtherAsync(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(() => node.Services.GetRequiredService<LeaseAgent>().Peers.Count == nodes.Length - 1, "every node knows the others");
            await Eventually.HoldsAsync(() => node.Services.GetRequiredService<HostMap>().IsKnown, "who hosts whom was read");
        }
    }

    private static long LifeOf(TestNode node) => node.Services.GetRequiredService<NodeLease>().LifeId!.Value;

    private static async Task<double> CountAsync(TestNode node, string name) => (await Scrape.OfAsync(node.ManagementUrl))[$"intramessenger_signals_{name}_total"];

    /// <summary>Twenty messages from somebody at one node to somebody at another come as twenty signals, at least: of who came others may be told still.</summary>
    private static async Task TalkAsync(TestNode from, TestNode to)
    {
        var (alice, bob) = (await from.SignUpAsync("alice"), await to.SignUpAsync("bob"));
        await using var atBob = await EventReader.OpenAsync(bob, bob.Cursor);
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        await atBob.NextAsync("conversation");
        await Eventually.HoldsAsync(() => from.Services.GetRequiredService<HostMap>().LivesOf(long.Parse(bob.Id)).Contains(LifeOf(to)), "it is known where bob is");
        await Task.Delay(200);
        var before = await CountAsync(to, "received");
        for (var i = 0; i < 20; i++)
        {
            (await alice.SendAsync(talk, $"{i}")).Is(201);
            await atBob.NextAsync("message");
        }

        await Eventually.HoldsAsync(async () => await CountAsync(to, "received") >= before + 20, $"twenty signals from {from.Name} to {to.Name}");
    }

    [Fact]
    public async Task Nodes_OfBothTransports_WhileTheyAreChangedOneByOne_TellEachOtherEverything()
    {
        var broker = await StartBrokerAsync();
        var (one, two) = (await StartNodeAsync(Through(broker.Uri)), await StartNodeAsync(Through(broker.Uri)));
        var plain = await StartNodeAsync(null);
        await KnowEachOtherAsync(one, two, plain);
        foreach (var (from, to) in new[] { (one, two), (one, plain), (plain, one), (plain, two), (two, one) }) await TalkAsync(from, to);
        foreach (var node in new[] { one, two, plain }) (await CountAsync(node, "lost")).ShouldBe(0);
    }

    [Fact]
    public async Task Publisher_WithoutTheClusterKey_IsPassedOver()
    {
        var broker = await StartBrokerAsync();
        var node = await StartNodeAsync(Through(broker.Uri));
        var signature = node.Services.GetRequiredService<SignalSignature>();
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        async Task PublishAsync(string body, object? signed, object? trace = null)
        {
            var properties = new BasicProperties { Headers = new Dictionary<string, object?> { [SignalSignature.Header] = signed, ["traceparent"] = trace } };
            await channel.BasicPublishAsync("intramessenger.signals", $"{LifeOf(node)}", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
        }

        var good = $$"""{"from":99,"to":{{LifeOf(node)}},"changes":[{"kind":1,"conversationId":7,"seq":1}]}""";
        string Sign(string body) => signature.Sign(Encoding.UTF8.GetBytes(body))!;
        foreach (var wrong in new object?[] { null, "", new string('0', 64), 7, true, new byte[] { 1, 2, 3 }, new List<object?> { "x" }, Sign(good + " ") }) await PublishAsync(good, wrong);
        var deep = string.Concat(Enumerable.Repeat("[", 5_000));
        var other = good.Replace($"\"to\":{LifeOf(node)}", "\"to\":1234567");
        var huge = good.Replace("\"changes\":[", "\"changes\":[" + new string(' ', 1_000_000));
        foreach (var body in new[] { "", "nonsense", deep, other, huge }) await PublishAsync(body, Sign(body));
        await Eventually.HoldsAsync(async () => await CountAsync(node, "refused") == 13, "all of them refused", seen: () => "");
        (await CountAsync(node, "received")).ShouldBe(0);

        // And it still listens.
        await PublishAsync(good, Sign(good), trace: "nonsense");
        await PublishAsync(good, Sign(good), trace: 5);
        await Eventually.HoldsAsync(async () => await CountAsync(node, "received") == 2, "the good ones");
    }

    [Fact]
    public async Task User_WithTheRightsOfTheGuideOnly_IsEnough_AndAQueueThatIsDeletedIsMadeAgain()
    {
        var broker = await StartBrokerAsync();
        await broker.ControlAsync("add_user", "messenger", "a password");
        await broker.ControlAsync("set_permissions", "messenger", @"^intramessenger\.signals", @"^intramessenger\.signals", @"^intramessenger\.signals");
        var uri = broker.Uri.Replace(new Uri(broker.Uri).UserInfo, "messenger:a%20password");
        var (one, two) = (await StartNodeAsync(Through(uri)), await StartNodeAsync(Through(uri)));
        await KnowEachOtherAsync(one, two);
        await TalkAsync(one, two);

        (await QueuesAsync()).Length.ShouldBe(2);
        await broker.ControlAsync("close_all_connections", "closed by the test");
        await Eventually.HoldsAsync(async () => (await QueuesAsync()).Length == 2, "the queues are there again");
        await Eventually.HoldsAsync(() => new[] { one, two }.All(node => node.Services.GetRequiredService<ISignalTransport>().Problem is null), "both are connected");
        await TalkAsync(two, one);

        async Task<string[]> QueuesAsync() =>
            [.. (await broker.ControlAsync("-q", "list_queues", "name")).Split('\n').Where(line => line.StartsWith("intramessenger.signals.", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Sites_WithABrokerEach_TellEachOtherThroughFederation()
    {
        var (paris, rome) = (await StartBrokerAsync("rabbitmq_federation"), await StartBrokerAsync("rabbitmq_federation"));
        foreach (var (here, there) in new[] { (paris, rome), (rome, paris) })
        {
            await here.ControlAsync("set_parameter", "federation-upstream", "other-site", $$"""{"uri":"{{there.Uri}}","expires":60000,"message-ttl":5000,"ack-mode":"no-ack","max-hops":1}""");
            await here.ControlAsync("set_policy", "--apply-to", "exchanges", "intramessenger", @"^intramessenger\.signals$", """{"federation-upstream-set":"all"}""");
        }

        // The sites reach each other's brokers only, not each other's nodes.
        var nowhere = $"http://127.0.0.1:{FreePort.Next()}";
        var (one, two) = (await StartNodeAsync(Through(paris.Uri), nowhere), await StartNodeAsync(Through(rome.Uri), nowhere));
        await KnowEachOtherAsync(one, two);
        var (alice, bob) = (await one.SignUpAsync("alice"), await two.SignUpAsync("bob"));
        await using var atBob = await EventReader.OpenAsync(bob, bob.Cursor);
        await using var atAlice = await EventReader.OpenAsync(alice, alice.Cursor);
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        foreach (var (sender, to) in new[] { (alice, two), (bob, one) })
        {
            await Eventually.HoldsAsync(async () =>
            {
                var before = await CountAsync(to, "received");
                (await sender.SendAsync(talk, "over there")).Is(201);
                await Task.Delay(200);
                return await CountAsync(to, "received") > before;
            }, "signals to the other site", 40);
        }

        var (lost, received) = (await CountAsync(one, "lost"), await CountAsync(two, "received"));
        for (var i = 0; i < 20; i++) (await alice.SendAsync(talk, $"{i}")).Is(201);
        await Eventually.HoldsAsync(async () => await CountAsync(two, "received") >= received + 20, "twenty signals to the other site");
        (await CountAsync(one, "lost")).ShouldBe(lost);
    }
}
