using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;

namespace IntraMessenger.Load.Workloads;

/// <summary>W4: one speaks, a room listens. How many deliveries a second, and when has the last one got it?</summary>
internal sealed class Room : Workload
{
    public override string Name => "W4";

    public override string Description => "a conference of 100, one sender, closed loop";

    public override int UsualPeople => 100;

    public override Task<Population> PrepareAsync(PopulationStore store, int people, string policySet) => store.RoomAsync(people, policySet);

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        await using var crowd = await run.GatherAsync();
        await crowd.ListenAsync(cancellation: run.Cancellation);
        long before = 0, after = 0;
        var use = await MeasureAsync(run, crowd, Senders.ClosedLoopOfFirst(crowd), async () =>
        {
            before = crowd.Ledger.ReceivedCount;
            await run.WaitAsync(run.Length);
            after = crowd.Ledger.ReceivedCount;
        });
        var messages = crowd.Ledger.Answer.Count;
        return new RunResult(
        [
            new("deliveries", "1/s", (after - before) / use.Seconds), .. Durations("send to received by the last", crowd.Ledger.LastMember),
            .. Durations("send to answer", crowd.Ledger.Answer), new("messages", "1/s", messages / use.Seconds), .. Costs(use, messages),
        ], crowd.Ledger.Report(), use.Processes)
        { Remarks = Remarks(crowd.Network.Counts) };
    }
}
