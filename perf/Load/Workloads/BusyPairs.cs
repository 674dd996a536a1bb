using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Workloads;

/// <summary>W2: as many messages as go through. Everybody sends the next one when the last is acknowledged, and receives all the while.</summary>
internal class BusyPairs : Workload
{
    public override string Name => "W2";

    public override string Description => "100 pairs, closed loop, on a table of 10 million messages";

    public override int UsualPeople => 200;

    public override async Task<RunResult> RunAsync(WorkloadRun run)
    {
        await using var crowd = await run.GatherAsync();
        await crowd.ListenAsync();
        var use = await MeasureAsync(run, crowd, Senders.ClosedLoop(crowd), () => DisturbAsync(run));
        var messages = crowd.Ledger.Answer.Count;
        var counts = crowd.Network.Counts;
        return new RunResult(
        [
            new("messages", "1/s", messages / use.Seconds), .. Durations("send to answer", crowd.Ledger.Answer), .. Durations("send to received", crowd.Ledger.Delivery),
            .. Costs(use, messages),
        ], crowd.Ledger.Report(), use.Processes)
        {
            Remarks = counts.Losses + counts.Resyncs + counts.Busy + counts.Repeats == 0 ? [] :
                [$"{counts.Losses:N0} event requests lost, {counts.Resyncs:N0} resyncs, {counts.Busy:N0} answers 429 or 503, {counts.Repeats:N0} sends repeated"],
        };
    }

    protected virtual Task DisturbAsync(WorkloadRun run) => Task.CompletedTask;
}

/// <summary>W6: the same while one node after the other is killed with -9, stays away for 5 s and is started again.</summary>
internal sealed class BusyPairsWithFaults : BusyPairs
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    public override string Name => "W6";

    public override string Description => "W2 while one node after the other is killed";

    public override int UsualSeconds => 60;

    public override int LeastServers => 2;

    protected override async Task DisturbAsync(WorkloadRun run)
    {
        var end = run.Time.GetTimestamp() + (long)(run.Length.TotalSeconds * run.Time.TimestampFrequency);
        for (var turn = 0; run.Time.GetElapsedTime(run.Time.GetTimestamp(), end) > Between; turn++)
        {
            var index = turn % run.Target.Addresses.Count;
            await Task.Delay(Between / 2, run.Time);
            await run.Target.KillAsync(index);
            await Task.Delay(Between / 2, run.Time);
            await run.Target.StartAsync(index);
        }
    }
}
