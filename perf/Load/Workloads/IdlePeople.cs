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

    public override async Task<RunResult> RunAsync(WorkloadRun run)
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

        run.Say($"{crowd.Network.Counts.Listening:N0} people listen for {run.Length.TotalSeconds:0} s");
        var window = UseWindow.Open([.. run.Target.Processes, new WatchedProcess("load", Role.Load, Environment.ProcessId)], crowd.Network.Wire, run.Time);
        await run.WaitAsync(run.Length);
        var use = window.Close();

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
            Remarks = crowd.Network.Counts.Listening == people && crowd.Network.Counts.Losses == 0 ? []
                : [$"{crowd.Network.Counts.Listening:N0} listen at the end, {crowd.Network.Counts.Losses:N0} event requests were lost"],
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
