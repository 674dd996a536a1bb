using IntraMessenger.Launcher;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Targets;

namespace IntraMessenger.Load.Workloads;

/// <summary>What a workload runs with.</summary>
/// <param name="Target">What serves.</param>
/// <param name="Population">Who talks.</param>
/// <param name="Store">Of the cluster.</param>
/// <param name="Settings">Of the clients.</param>
/// <param name="WarmUp">Before anything is measured.</param>
/// <param name="Length">What is measured.</param>
/// <param name="Say">Progress.</param>
public sealed record WorkloadRun(
    LoadTarget Target, Population Population, PopulationStore Store, ClientSettings Settings, TimeSpan WarmUp, TimeSpan Length, Action<string> Say)
{
    // How long what was sent last may take to arrive: several sweeps.
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(15);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Ends it before its time.</summary>
    public CancellationToken Cancellation { get; init; }

    public Task WaitAsync(TimeSpan length) => Task.Delay(length, Time, Cancellation);

    /// <summary>Everybody, or those, with a fresh ledger.</summary>
    public async Task<Crowd> GatherAsync(Population? people = null, Func<int, int>? start = null)
    {
        people ??= Population;
        return Crowd.Gather(Target.Addresses, people, await Target.LastSeqsAsync(Store, people.Talks), Settings, start, Time);
    }

    /// <summary>Closes the ledger, when nobody sends any more.</summary>
    public async Task SettleAsync(Crowd crowd)
    {
        Say("waiting until everything has arrived");
        await crowd.SettleAsync(SettleWithin, Cancellation);
        await Target.CompareAsync(Store, crowd.Ledger, Cancellation);
    }
}

/// <summary>One of the workloads of docs/performance.md.</summary>
public abstract class Workload
{
    public static IReadOnlyList<Workload> All { get; } =
        [new PacedPairs(), new BusyPairs(), new IdlePeople(), new Room(), new ComeAtOnce(), new SettingsChanges()];

    public abstract string Name { get; }

    public abstract string Description { get; }

    public abstract int UsualPeople { get; }

    public virtual int UsualSeconds => 30;

    /// <summary>The fewest servers of the policy set it needs.</summary>
    public virtual int LeastServers => 1;

    public virtual bool NeedsTwoControls => false;

    public static Workload Find(string name) => All.FirstOrDefault(workload => string.Equals(workload.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LoadException($"There is no workload '{name}': {string.Join(", ", All.Select(workload => workload.Name))}.");

    public virtual Task<Population> PrepareAsync(PopulationStore store, int people, string policySet) => store.PairsAsync(people + people % 2, policySet);

    /// <summary>Where the cluster did not serve at all, a result without figures. <see cref="LoadException"/> is a mistake of the caller.</summary>
    public async Task<RunResult> RunAsync(WorkloadRun run)
    {
        try
        {
            return await CarryOutAsync(run);
        }
        catch (RunFailedException failed)
        {
            return new RunResult([], failed.Ledger, []) { Failures = [failed.Message] };
        }
        catch (Exception e) when (e is LauncherException or HttpRequestException or TimeoutException)
        {
            return new RunResult([], new Ledgers.LedgerReport(), []) { Failures = [e.Message] };
        }
    }

    protected abstract Task<RunResult> CarryOutAsync(WorkloadRun run);

    /// <summary>Senders run, first to warm up, then measured; the ledger is closed.</summary>
    protected static async Task<WindowUse> MeasureAsync(WorkloadRun run, Crowd crowd, Senders senders, Func<Task>? meanwhile = null)
    {
        using var sending = senders;
        await run.WaitAsync(run.WarmUp);
        crowd.Ledger.StartMeasuring();
        var window = UseWindow.Open([.. run.Target.Processes, new WatchedProcess("load", Role.Load, Environment.ProcessId)], crowd.Network.Wire, run.Time);
        var end = run.Time.GetTimestamp() + (long)(run.Length.TotalSeconds * run.Time.TimestampFrequency);
        var doing = meanwhile?.Invoke() ?? Task.CompletedTask;
        while (run.Time.GetTimestamp() < end)
        {
            var left = run.Time.GetElapsedTime(run.Time.GetTimestamp(), end);
            run.Say($"{crowd.Ledger.AcknowledgedCount:N0} acknowledged, {crowd.Network.Counts.Listening:N0} listen, {left.TotalSeconds:0} s left");
            await run.WaitAsync(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            senders.ThrowIfFailed();
        }

        crowd.Ledger.StopMeasuring();
        var use = window.Close();
        await doing;
        await senders.StopAsync(TimeSpan.FromSeconds(60));
        await run.SettleAsync(crowd);
        return use;
    }

    protected static IEnumerable<Figure> Durations(string name, Ledgers.Latency latency) =>
    [
        new($"{name} p50", "ms", latency.PercentileMilliseconds(50)), new($"{name} p99", "ms", latency.PercentileMilliseconds(99)), new($"{name} max", "ms", latency.MaxMilliseconds),
    ];

    /// <summary>What happened to clients besides messages, where anything did.</summary>
    protected static IReadOnlyList<string> Remarks(ClientCounts counts) => counts.Losses + counts.Resyncs + counts.Busy + counts.Repeats == 0 ? [] :
        [$"{counts.Losses:N0} event requests lost, {counts.Resyncs:N0} resyncs, {counts.Busy:N0} answers 429 or 503, {counts.Repeats:N0} sends repeated"];

    /// <summary>Those of server and store only where they run on this machine.</summary>
    protected internal static IEnumerable<Figure> Costs(WindowUse use, double messages)
    {
        var isHere = use.Processes.Any(process => process.Role != Role.Load);
        double Per1000(params Role[] roles) => messages == 0 ? 0 : use.Cpu(roles) * 1000 / messages;
        if (isHere)
        {
            yield return new("CPU per 1,000 messages, server + store", "s", messages == 0 ? 0 : use.ServerCpu * 1000 / messages);
            yield return new("  of it the server", "s", Per1000(Role.Node, Role.Ceiling));
            yield return new("  of it the store", "s", Per1000(Role.Store));
            if (use.Cpu(Role.Gateway) > 0.5) yield return new("  of it the gateway", "s", Per1000(Role.Gateway));
        }

        yield return new("CPU per 1,000 messages, load client", "s", Per1000(Role.Load));
        yield return new("wire per message", "bytes", messages == 0 ? 0 : (use.BytesSent + use.BytesReceived) / messages);
        if (isHere)
        {
            yield return new("memory of the server", "MB", use.Resident(Role.Node, Role.Ceiling) / 1e6);
            yield return new("threads of the server", "", use.Threads(Role.Node, Role.Ceiling));
        }

        yield return new("processors, taken by others", "%", use.OthersPercent);
    }
}
