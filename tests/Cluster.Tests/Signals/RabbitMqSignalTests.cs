using IntraMessenger.Cluster.Tests.Telemetry;
using IntraMessenger.Launcher;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Signals;

public sealed class RabbitMqSignalTests(RabbitMqCluster fixture) : IClassFixture<RabbitMqCluster>
{
    private RunningCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Messages_FromAToB_ArriveThroughTheBroker_AtNoThirdNode_AndNotByTheSweep()
    {
        await Eventually.HoldsAsync(async () => (await StatesAsync()).All(state => state == "works"), "every node is connected");
        await using var talk = await Talk.BeginAsync(Cluster);
        await Eventually.HoldsAsync(async () =>
        {
            var before = await Talk.PostedAsync(Cluster.B1);
            await talk.BySignalsAsync("at all");
            await talk.EverythingArrivedAsync();
            return await Talk.PostedAsync(Cluster.B1) == before;
        }, "the broker alone: who was not there is told by HTTP for 10 s");
        var (received, third, posted, swept) = (await Talk.ReceivedAsync(Cluster.B1), await Talk.ReceivedAsync(Cluster.A2), await Talk.PostedAsync(Cluster.B1), await Talk.SweptAsync(Cluster.B1));
        for (var i = 0; i < 100; i++)
        {
            await talk.SayAsync();
            await talk.AtBob.NextAsync("message", data => data.GetProperty("seq").GetInt64() == talk.Acknowledged.Keys.Last());
        }

        await talk.EverythingArrivedAsync();
        await Eventually.HoldsAsync(async () => await Talk.ReceivedAsync(Cluster.B1) >= received + 100, "a hundred signals");
        (await Talk.ReceivedAsync(Cluster.B1) - received).ShouldBeLessThan(100 + Talk.Others, "each once");
        (await Talk.ReceivedAsync(Cluster.A2) - third).ShouldBeLessThan(Talk.Others, "and not to everybody");
        (await Talk.PostedAsync(Cluster.B1)).ShouldBe(posted, "not over HTTP");
        (await Talk.SweptAsync(Cluster.B1) - swept).ShouldBeLessThan(50, "and not by the sweep, which is the faster one now and then");

        // What an operator sees, without the password.
        var facts = await Talk.FactsAsync(Cluster.B1);
        facts.GetProperty("transport").GetString().ShouldBe("rabbitmq");
        facts.GetProperty("broker").GetString().ShouldBe($"amqp://127.0.0.1:{new Uri(fixture.Broker.Uri).Port}");
        File.ReadAllText(Cluster.B1.Log).ShouldNotContain(new Uri(fixture.Broker.Uri).UserInfo);
    }

    [Fact]
    public async Task Message_ThroughTheBroker_IsOneTrace()
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        Span[] trace = [];
        Span? Only(string name, string instance) => trace.SingleOrDefault(span => span.Name == name && span.Instance == instance);
        await Eventually.HoldsAsync(async () =>
        {
            await talk.SayAsync();
            await Task.Delay(500); // spans are sent every 200 ms; those of what was said before may be here only now
            return fixture.Receiver.Spans.GroupBy(span => span.TraceId).Any(spans =>
            {
                trace = [.. spans];
                return Only("message commit", "node-a1") is not null && Only("signal receive", "node-b1")?.Kind == SpanKind.Consumer && Only("message deliver", "node-b1") is not null;
            });
        }, "the whole trace", 40, () => string.Join("\n", trace.OrderBy(span => span.Start)));

        var (received, sent, commit) = (Only("signal receive", "node-b1")!, Only("signal send", "node-a1")!, Only("message commit", "node-a1")!);
        (received.Kind, received.ParentId, received.Attributes["signals"]).ShouldBe((SpanKind.Consumer, sent.Id, "1"));
        (sent.Kind, sent.ParentId).ShouldBe((SpanKind.Producer, commit.Id));
        Only("message deliver", "node-b1")!.ParentId.ShouldBe(commit.Id);
        fixture.Receiver.Spans.ShouldAllBe(span => !span.Source.StartsWith("RabbitMQ"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Broker_SwitchedOffUnderLoad_DelaysAndLosesNothing_AndIsUsedAgainByItself(bool killed)
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                await talk.SayAsync();
                await Task.Delay(5);
            }
        }));

        await GoesOnAsync(talk, 200);
        var (swept, lostBefore) = (await Talk.SweptAsync(Cluster.B1), await Talk.LostAsync(Cluster.A1));
        if (killed) await fixture.Broker.KillAsync();
        else await fixture.Broker.StopServerAsync();
        await Eventually.HoldsAsync(async () => (await StatesAsync()).All(state => state == "away"), "every node notices");
        await GoesOnAsync(talk, 400);
        foreach (var node in Cluster.Local.Nodes) (await node.NotReadyBecauseAsync()).ShouldBeNull("signals are no condition");
        await Eventually.HoldsAsync(async () => await Talk.LostAsync(Cluster.A1) - lostBefore > 100, "signals are given up");
        await Eventually.HoldsAsync(async () => await Talk.SweptAsync(Cluster.B1) > swept + 100, "the sweep finds them");

        await fixture.Broker.StartAsync();
        await Eventually.HoldsAsync(async () => (await StatesAsync()).All(state => state == "works"), "every node is connected again");
        await talk.BySignalsAsync("when the broker is back");
        var (lost, received) = (await Talk.LostAsync(Cluster.A1), await Talk.ReceivedAsync(Cluster.B1));
        await GoesOnAsync(talk, 200);
        (await Talk.LostAsync(Cluster.A1) - lost).ShouldBeLessThan(Talk.Others);
        await stop.CancelAsync();
        await load;
        await talk.EverythingArrivedAsync();
        await Eventually.HoldsAsync(async () => await Talk.ReceivedAsync(Cluster.B1) > received + 150, "signals again");
    }

    [Fact]
    public async Task Broker_ThatStandsStill_DelaysAndLosesNothing()
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        BackgroundProcess.Signal(fixture.Broker.Pid, BackgroundProcess.SigStop);
        try
        {
            await GoesOnAsync(talk, 200);
            await talk.EverythingArrivedAsync();
            await Eventually.HoldsAsync(async () => (await StatesAsync()).All(state => state == "away"), "every node notices");
        }
        finally
        {
            BackgroundProcess.Signal(fixture.Broker.Pid, BackgroundProcess.SigCont);
        }

        await Eventually.HoldsAsync(async () => (await StatesAsync()).All(state => state == "works"), "every node is connected again");
        await talk.BySignalsAsync("when the broker goes on");
        await talk.EverythingArrivedAsync();
    }

    private async Task<string[]> StatesAsync() => await Task.WhenAll(Cluster.Local.Nodes.Select(async node => (await Talk.FactsAsync(node)).GetProperty("state").GetString()!));

    private static async Task GoesOnAsync(Talk talk, int more)
    {
        var until = talk.Acknowledged.Count + more;
        while (talk.Acknowledged.Count < until) await talk.SayAsync();
    }
}
