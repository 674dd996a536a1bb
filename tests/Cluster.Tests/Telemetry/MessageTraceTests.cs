using System.Text.RegularExpressions;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Telemetry;

/// <summary>The way of a message as an operator sees it, and nothing of the people in it.</summary>
public sealed partial class MessageTraceTests(ObservedCluster observed) : IClassFixture<ObservedCluster>
{
    private OtlpReceiver Receiver => observed.Receiver;

    private RunningCluster Cluster => observed.Cluster;

    private Task<Person> SignUpAsync(string address) => ObservedCluster.SignUpAsync(address, $"u{Guid.NewGuid():N}", $"Display {Guid.NewGuid():N}");

    private async Task<(Person Alice, Person Bob, string Talk)> TwoAsync(string atAlice, string atBob)
    {
        var (alice, bob) = (await SignUpAsync(atAlice), await SignUpAsync(atBob));
        await alice.BefriendAsync(bob);
        return (alice, bob, await alice.ConversationWithAsync(bob));
    }

    [Fact]
    public async Task Message_FromAToBThroughTheGateway_IsOneTraceWithAllItsHops()
    {
        var (alice, bob, talk) = await TwoAsync(Cluster.Gateway("a"), Cluster.Gateway("b"));
        await using var atAlice = await alice.ListenAsync();
        await using var atBob = await bob.ListenAsync();
        var since = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000; // spans of other tests may come still
        Person.Require(await alice.SayAsync(talk, "hello"), 201);
        await atBob.NextAsync("message");
        await atAlice.NextAsync("message");

        Span[] trace = [];
        await Eventually.HoldsAsync(() =>
        {
            var commits = Receiver.Spans.Where(span => span.Name == "message commit" && span.Start >= (ulong)since).ToArray();
            trace = commits.Length == 1 ? [.. Receiver.Spans.Where(span => span.TraceId == commits[0].TraceId)] : [];
            return trace.Count(span => span.Name == "message deliver") == 2 && trace.Any(span => span.Name == "signal receive") && trace.Any(span => span.ParentId.Length == 0)
                && trace.Count(span => span.Kind == SpanKind.Client) >= 2 && trace.Count(span => span.Kind == SpanKind.Server && span.Source == "Microsoft.AspNetCore") == 3;
        }, "the whole trace", 30, () => string.Join("\n", trace.OrderBy(span => span.Start)));
        Span Only(string name, string instance) => trace.Single(span => span.Name == name && span.Instance == instance);
        Span ParentOf(Span span) => trace.Single(other => other.Id == span.ParentId);

        var root = trace.Single(span => span.ParentId.Length == 0);
        (root.Service, root.Instance, root.Kind, root.Name).ShouldBe(("intramessenger-gateway", "gateway", SpanKind.Server, "POST /a/{**rest}"));
        (root.Attributes["http.route"], root.Attributes["http.response.status_code"]).ShouldBe(("/a/{**rest}", "201"));

        var commit = trace.Single(span => span.Name == "message commit");
        commit.Instance.ShouldBeOneOf("node-a1", "node-a2");
        (commit.Service, commit.Kind).ShouldBe(("intramessenger-node", SpanKind.Internal));
        commit.Attributes.ShouldBe(new Dictionary<string, string> { ["policy_set"] = "a", ["conversation_kind"] = "direct" }, ignoreOrder: true);

        var onNode = ParentOf(commit);
        (onNode.Instance, onNode.Kind, onNode.Name).ShouldBe((commit.Instance, SpanKind.Server, "POST /a/api/v1/conversations/{id}/messages/"));
        onNode.Attributes["http.response.status_code"].ShouldBe("201");
        var fromGateway = ParentOf(onNode);
        (fromGateway.Instance, fromGateway.Kind, fromGateway.Source).ShouldBe(("gateway", SpanKind.Client, "System.Net.Http"));
        var forwarder = ParentOf(fromGateway);
        (forwarder.Source, forwarder.Attributes["proxy.destination_id"]).ShouldBe(("Yarp.ReverseProxy", commit.Instance));
        ParentOf(forwarder).ShouldBe(root);

        // To bob's node, and not to the other one of a, which hosts neither of them.
        var received = Only("signal receive", "node-b1");
        received.Kind.ShouldBe(SpanKind.Consumer);
        received.Attributes["policy_set"].ShouldBe("b");
        var signalOnNode = ParentOf(received);
        (signalOnNode.Instance, signalOnNode.Kind, signalOnNode.Name).ShouldBe(("node-b1", SpanKind.Server, "POST /cluster/v1/signals"));
        var post = ParentOf(signalOnNode);
        (post.Instance, post.Kind).ShouldBe((commit.Instance, SpanKind.Client));
        var sent = ParentOf(post);
        (sent.Name, sent.Kind, sent.Instance).ShouldBe(("signal send", SpanKind.Producer, commit.Instance));
        ParentOf(sent).ShouldBe(commit);
        trace.Count(span => span.Name == "signal send").ShouldBe(1);

        // Local delivery to alice's own stream, and bob's.
        foreach (var (instance, set) in new[] { (commit.Instance, "a"), ("node-b1", "b") })
        {
            var delivered = Only("message deliver", instance);
            (delivered.Kind, delivered.Attributes["policy_set"]).ShouldBe((SpanKind.Consumer, set));
            ParentOf(delivered).ShouldBe(commit);
            delivered.End.ShouldBeGreaterThan(commit.Start);
        }

        trace.ShouldAllBe(span => !span.IsError);
        trace.ShouldAllBe(span => span.End >= span.Start);
    }

    [Fact]
    public async Task Batch_OfSeveralMessages_IsJoinedByLinks()
    {
        var (alice, bob, talk) = await TwoAsync(RunningCluster.At(Cluster.A1), RunningCluster.At(Cluster.B1));
        await using var atBob = await bob.ListenAsync();
        var before = Receiver.Spans.Count(span => span.Name == "message commit");
        for (var round = 0; round < 5; round++) await Task.WhenAll(Enumerable.Range(0, 60).Select(i => alice.SayAsync(talk, $"{i}")));
        await Eventually.HoldsAsync(() => atBob.Events.Count(item => item.Type == "message") == 300, "all messages");

        Dictionary<string, Span> commits = [];
        Span[] batches = [], delivered = [];
        await Eventually.HoldsAsync(() =>
        {
            commits = Receiver.Spans.Where(span => span.Name == "message commit").ToDictionary(span => span.Id);
            batches = [.. Receiver.Spans.Where(span => span.Name == "signal send" && span.Links.Count > 1)];
            delivered = [.. Receiver.Spans.Where(span => span is { Name: "message deliver", Instance: "node-b1" })];
            return batches.Length > 0 && delivered.Length > 0 && commits.Count >= before + 300 && delivered.All(span => commits.ContainsKey(span.ParentId)) && batches.All(batch => batch.Links.All(link => commits.ContainsKey(link.SpanId)))
                && batches.All(batch => Receiver.Spans.Any(span => span.Name == "signal receive" && span.TraceId == batch.TraceId));
        }, "a batch with several links", 30, () => $"{commits.Count} commits, {batches.Length} batches, {delivered.Length} deliveries");

        foreach (var batch in batches)
        {
            batch.ParentId.ShouldBeEmpty("a batch belongs to none of its messages");
            batch.Links.ShouldAllBe(link => commits[link.SpanId].TraceId == link.TraceId && link.TraceId != batch.TraceId);
            batch.Links.Select(link => link.TraceId).ShouldBeUnique();
            var received = Receiver.Spans.Single(span => span.Name == "signal receive" && span.TraceId == batch.TraceId);
            received.Links.ShouldBe(batch.Links);
        }

        // Each message's delivery is in the message's own trace, whatever batch it came with.
        delivered.ShouldAllBe(span => commits.ContainsKey(span.ParentId) && commits[span.ParentId].TraceId == span.TraceId);
        var toBob = batches.SelectMany(batch => batch.Links).Select(link => link.SpanId).ToHashSet();
        delivered.Count(span => toBob.Contains(span.ParentId)).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Numbers_UnderTraffic_AreWhatWasSentAndReceived()
    {
        var (alice, bob, talk) = await TwoAsync(RunningCluster.At(Cluster.A1), RunningCluster.At(Cluster.B1));
        var alicesOther = alice.Elsewhere(RunningCluster.At(Cluster.A2));
        Person.Require(await alicesOther.SignInAsync(), 201);
        await using var atBob = await bob.ListenAsync();
        await using var atAlice = await alice.ListenAsync();
        var (accepted, delivered) = (await observed.ScrapedAsync("intramessenger_messages_accepted_total"), await observed.ScrapedAsync("intramessenger_messages_delivered_total"));
        var (acceptedBefore, delays) = (Receiver.Sum("intramessenger.messages.accepted"), Receiver.Sum("intramessenger.message.delivery.duration"));

        await Task.WhenAll(new[] { alice, alicesOther, bob }.SelectMany(sender => Enumerable.Range(0, 4).Select(async lane =>
        {
            for (var i = 0; i < 25; i++) Person.Require(await sender.SayAsync(talk, $"{lane}/{i}"), 201);
        })));
        foreach (var reader in new[] { atBob, atAlice })
            await Eventually.HoldsAsync(() => reader.Events.Count(item => item.Type == "message") == 300, "300 messages", 30, () => $"{reader.Events.Count}");

        (await observed.ScrapedAsync("intramessenger_messages_accepted_total")).ShouldBe(accepted + 300);
        await Eventually.HoldsAsync(async () => await observed.ScrapedAsync("intramessenger_messages_delivered_total") == delivered + 600, "600 deliveries");
        (await observed.ScrapedAsync("intramessenger_messages_waiting")).ShouldBe(0);

        // The receiver is told the same, a little later.
        await Eventually.HoldsAsync(() => Receiver.Sum("intramessenger.messages.accepted") == accepted + 300 && Receiver.Sum("intramessenger.message.delivery.duration") == delays + 600,
            "the same numbers over OTLP", 30, () => $"{acceptedBefore} {Receiver.Sum("intramessenger.messages.accepted")} {Receiver.Sum("intramessenger.message.delivery.duration") - delays}");
        Receiver.Sum("intramessenger.users.limit", "node-a1", "policy_set=a").ShouldBe(50);
        await Eventually.HoldsAsync(async () => Receiver.Sum("intramessenger.users.connected", "node-b1", "policy_set=b") == await Cluster.PlacesAsync("b"), "the connected people of b");
        Receiver.Sum("intramessenger.nodes", "control", "state=live").ShouldBe(3);
        Receiver.Sum("intramessenger.gateway.destinations", "gateway").ShouldBe(3);
        Receiver.Sum("intramessenger.ready").ShouldBe(5);
        Receiver.Sum("intramessenger.message.commit.duration").ShouldBe(Receiver.Sum("intramessenger.messages.accepted"));
        var delay = Receiver.Sums.Values.Where(point => point.Metric == "intramessenger.message.delivery.duration").Sum(point => point.Value) / Receiver.Sum("intramessenger.message.delivery.duration");
        delay.ShouldBeInRange(0.0001, 5, "on average, with store and nodes on one clock");
    }

    [Fact]
    public async Task Everything_ThatLeavesTheCluster_TellsNothingOfPeople()
    {
        var text = $"secret {Guid.NewGuid():N}";
        var (alice, bob, talk) = await TwoAsync(Cluster.Gateway("a"), Cluster.Gateway("b"));
        await using var atBob = await bob.ListenAsync();
        var commits = Receiver.Spans.Count(span => span.Name == "message commit");
        await alice.GetAsync($"directory?query={bob.Name}");
        await alice.GetAsync($"conversations/{bob.Name}/messages?after={bob.Name}");
        await alice.PostAsync("session", new { username = bob.Name, password = "wrong" });
        await alice.PostAsync("session", new { username = bob.Name, password = 7 });
        await alice.PutAsync("me/status", new { status = "busy", reason = text });
        Person.Require(await alice.SayAsync(talk, text), 201);
        await atBob.NextAsync("message");
        await Eventually.HoldsAsync(() => Receiver.Spans.Count(span => span.Name == "message commit") > commits && Receiver.Spans.Any(span => span.Name == "PUT /a/api/v1/me/status"), "the spans");
        await Eventually.HoldsAsync(() => Receiver.Metrics.Values.Any(point => point.Metric == "intramessenger.refusals" && point.Attributes["code"] == "invalid-credentials"), "the refusals");
        await Task.Delay(2_500); // logs are sent every 2 s, and nothing tells that there were none

        Receiver.Logs.ShouldContain(line => line.Service == "intramessenger-node" && line.Body.Contains("Lease: life"));
        Receiver.Holds("intramessenger-gateway").ShouldBeTrue("or this test sees nothing at all");
        foreach (var person in new[] { alice, bob })
        {
            foreach (var personal in new[] { person.Name, person.Token, $"paper boat {person.Name}"[..10], person.Cursor }) Receiver.Holds(personal).ShouldBeFalse(personal);
        }

        Receiver.Holds(text).ShouldBeFalse();
        Receiver.Holds("Display ").ShouldBeFalse();
        Receiver.Holds("Password=").ShouldBeFalse("the store's connection string");

        // Ids of people and conversations are numbers in addresses: no span has any.
        var words = Receiver.Spans.SelectMany(span => span.Attributes.Select(tag => $"{tag.Key}={tag.Value}").Append(span.Name)).Distinct().ToArray();
        words.ShouldAllBe(word => !IdInAddress().IsMatch(word));
        words.ShouldNotContain(word => word.StartsWith("url.path") || word.StartsWith("url.full") || word.StartsWith("url.query") || word.StartsWith("user_agent") || word.StartsWith("server.address"));

        // What is held for minutes, and what programs ask each other all the time, is not traced.
        words.ShouldNotContain(word => word.Contains("/events") || word.Contains("/metrics") || word.Contains("/health") || word.Contains("/heartbeat") || word.Contains("/settings") || word.Contains("/directory/"));
        Receiver.Spans.ShouldAllBe(span => span.ParentId.Length > 0 || span.Kind == SpanKind.Server || span.Name == "signal send");
    }

    [GeneratedRegex("/[0-9]+")]
    private static partial Regex IdInAddress();
}
