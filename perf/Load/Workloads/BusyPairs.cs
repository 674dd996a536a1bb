using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Workloads;

/// <summary>W2: as many messages as go through. Everybody sends the next one when the last is acknowledged, and receives all the while.</summary>
internal sealed class BusyPairs : Workload
{
    public override string Name => "W2";

    public override string Description => "100 pairs, closed loop, on a table of 10 million messages";

    public override int UsualPeople => 200;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        await using var crowd = await run.GatherAsync();
        await crowd.ListenAsync(cancellation: run.Cancellation);
        var use = await MeasureAsync(run, crowd, Senders.ClosedLoop(crowd));
        var messages = crowd.Ledger.Answer.Count;
        return new RunResult(
        [
            new("messages", "1/s", messages / use.Seconds), .. Durations("send to answer", crowd.Ledger.Answer), .. Durations("send to received", crowd.Ledger.Delivery),
            .. Costs(use, messages),
        ], crowd.Ledger.Report(), use.Processes)
        { Remarks = Remarks(crowd.Network.Counts) };
    }
}
