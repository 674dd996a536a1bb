using System.Net;
using System.Net.Sockets;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Targets;

namespace IntraMessenger.Load.Workloads;

/// <summary>
/// W1 from afar: a regional node reaches the store, control and the other nodes by a bad line only; its clients are in its region. Of half the
/// pairs both members are there, of the others one.
/// </summary>
internal sealed class FarPairs : Workload
{
    public override string Name => "W1";

    public override string Description => "50 pairs, one message a second each; all or one of each at a node behind a bad line";

    public override int UsualPeople => 100;

    public override int LeastServers => 2;

    public static new Workload Find(string name) => Workload.Find(name) is PacedPairs ? new FarPairs() : throw new LoadException("--far is for W1.");

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        if (run.Target is not LocalTarget { Line: { } line } target) throw new LoadException("Nothing is far in this cluster.");
        var far = target.Nodes[^1];
        await using var crowd = await run.GatherAsync(start: i => IsFar(i) ? target.Nodes.Count - 1 : i % (target.Nodes.Count - 1));
        Durations Of(Func<int, bool> sends) => crowd.Ledger.Apart(crowd.Clients.Where((_, i) => sends(i)).Select(client => client.AccountId));
        var (within, outwards, inwards) = (Of(i => IsFar(i) && IsFar(i ^ 1)), Of(i => IsFar(i) && !IsFar(i ^ 1)), Of(i => !IsFar(i)));
        await crowd.ListenAsync(cancellation: run.Cancellation);

        using var watch = new FarWatch(target, far, run);
        var (passed, lost) = (line.Passed, line.Lost);
        var use = await MeasureAsync(run, crowd, Senders.Paced(crowd, TimeSpan.FromSeconds(1)), watch.RunAsync);
        (passed, lost) = (line.Passed - passed, line.Lost - lost);
        var counts = crowd.Network.Counts;
        var messages = crowd.Ledger.Answer.Count;
        return new RunResult(
        [
            .. Durations("far to far, send to answer", within.Answer), .. Durations("far to far, send to received", within.Delivery),
            .. Durations("far to near, send to answer", outwards.Answer), .. Durations("far to near, send to received", outwards.Delivery),
            .. Durations("near to far, send to answer", inwards.Answer), .. Durations("near to far, send to received", inwards.Delivery),
            new("round trip of the line", "ms", await RoundTripAsync(run, new Uri(far.Url))), new("packets lost", "%", lost * 100.0 / (passed + lost)),
            .. watch.Figures,
            new("event requests lost", "", counts.Losses), new("resyncs", "", counts.Resyncs), new("asked to come later", "", counts.Busy),
            new("messages", "1/s", messages / use.Seconds), .. Costs(use, messages),
        ], crowd.Ledger.Report(), use.Processes);
    }

    // Pairs are 0 and 1, 2 and 3, ...: of every second pair the odd one is near.
    private static bool IsFar(int person) => person % 4 != 3;

    // The fastest of a few: one packet in a hundred comes a second time only.
    private static async Task<double> RoundTripAsync(WorkloadRun run, Uri url)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var started = run.Time.GetTimestamp();
            await socket.ConnectAsync(IPAddress.Parse(url.Host), url.Port);
            if (run.Time.GetElapsedTime(started) is var took && took < fastest) fastest = took;
        }

        return fastest.TotalMilliseconds;
    }
}
