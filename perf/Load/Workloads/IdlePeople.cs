using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Workloads;

/// <summary>W3: people who are there and say nothing. What does one cost?</summary>
internal sealed class IdlePeople : Workload
{
    private const int WarmUpPeople = 200;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    public override string Name => "W3";

    public override string Description => "5,000 idle people";

    public override int UsualPeople => 5_000;

    public override int UsualSeconds => 60;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        await run.Target.RestartServersAsync();
        await WarmUpAsync(run);
        await run.WaitAsync(Settling);
        var before = Resident(run);

        await using var crowd = await run.GatherAsync();
        var started = run.Time.GetTimestamp();
        run.Say($"{crowd.Clients.Count:N0} people come");
        await crowd.ListenAsync(cancellation: run.Cancellation);
        var came = run.Time.GetElapsedTime(started);
        await run.WaitAsync(Settling);

        var lost = crowd.Network.Counts.Losses;
        run.Say($"{crowd.Network.Counts.Listening:N0} people listen for {run.Length.TotalSeconds:0} s");
        var window = UseWindow.Open([.. run.Target.Processes, new WatchedProcess("load", Role.Load, Environment.ProcessId)], crowd.Network.Wire, run.Time);
        await run.WaitAsync(run.Length);
        var use = window.Close();
        lost = crowd.Network.Counts.Losses - lost;
        var deaf = crowd.Clients.Count(client => !client.IsListening);

        var after = Resident(run);
        var people = crowd.Clients.Count;
        var peopleMinutes = people * use.Seconds / 60;
        return new RunResult(
        [
            new("memory of the server per person", "KB", (after.Server - before.Server) / 1024.0 / people),
            new("memory of the gateway per person", "KB", (after.Gateway - before.Gateway) / 1024.0 / people),
            new("CPU per 1,000 people and minute, server + store", "s", use.ServerCpu * 1000 / peopleMinutes),
            new("  of it the server", "s", use.Cpu(Role.Node, Role.Ceiling) * 1000 / peopleMinutes),
            new("  of it the store", "s", use.Cpu(Role.Store) * 1000 / peopleMinutes),
            new("HTTP per person and minute", "bytes", (use.BytesSent + use.BytesReceived) / peopleMinutes),
            new("memory of the server", "MB", after.Server / 1e6), new("threads of the server", "", use.Threads(Role.Node, Role.Ceiling)),
            new("processors, taken by others", "%", use.OthersPercent), new("people came", "1/s", people / came.TotalSeconds),
        ], crowd.Ledger.Report(), use.Processes)
        {
            Remarks = Remarks(crowd.Network.Counts),
            Failures = deaf + lost == 0 ? [] : [$"{lost:N0} event requests were lost while it was measured, and {deaf:N0} of {people:N0} people did not listen at the end."],
        };
    }

    // What the servers load and compile for the first people is no cost of the others.
    private static async Task WarmUpAsync(WorkloadRun run)
    {
        await using var crowd = await run.GatherAsync(run.Population.Part(WarmUpPeople));
        await crowd.ListenAsync(cancellation: run.Cancellation);
        using var senders = Senders.Paced(crowd, TimeSpan.FromSeconds(1));
        await run.WaitAsync(TimeSpan.FromSeconds(3));
        await senders.StopAsync(TimeSpan.FromSeconds(10));
    }

    private static (long Server, long Gateway) Resident(WorkloadRun run)
    {
        long Of(params Role[] roles) => run.Target.Processes.Where(process => roles.Contains(process.Role)).Sum(process => ProcessUse.Of(process.Pid).ResidentBytes);
        return (Of(Role.Node, Role.Ceiling), Of(Role.Gateway));
    }
}
