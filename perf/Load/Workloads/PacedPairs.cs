using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Workloads;

/// <summary>W1: people talk as people do. How long does a message take?</summary>
internal sealed class PacedPairs : Workload
{
    public override string Name => "W1";

    public override string Description => "50 pairs, one message a second each";

    public override int UsualPeople => 100;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        await using var crowd = await run.GatherAsync();
        await crowd.ListenAsync(cancellation: run.Cancellation);
        var use = await MeasureAsync(run, crowd, Senders.Paced(crowd, TimeSpan.FromSeconds(1)));
        var messages = crowd.Ledger.Answer.Count;
        return new RunResult(
        [
            .. Durations("send to received", crowd.Ledger.Delivery), .. Durations("send to answer", crowd.Ledger.Answer),
            new("messages", "1/s", messages / use.Seconds), .. Costs(use, messages),
        ], crowd.Ledger.Report(), use.Processes)
        { Remarks = Remarks(crowd.Network.Counts) };
    }
}
