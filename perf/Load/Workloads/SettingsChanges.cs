using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Http;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Targets;

namespace IntraMessenger.Load.Workloads;

/// <summary>W7: how long until a saved setting is in force on every node, and what a thousand waiting nodes cost a control.</summary>
internal sealed class SettingsChanges : Workload
{
    private const string Option = "contacts.max";
    private const int Changes = 200;
    private const int ChangesBesideMany = 5;
    private const int ManyNodes = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    private int _value = 100;

    public override string Name => "W7";

    public override string Description => $"{Changes} saved settings on three nodes, {ManyNodes:N0} nodes at one control";

    public override int UsualPeople => 2;

    public override int UsualSeconds => 60;

    public override int LeastServers => 3;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        if (run.Target is not LocalTarget { Line: null } target) throw new LoadException($"{Name} needs a cluster of its own: leave --cluster and --far away.");
        using var console = await target.Cluster.SignInToConsoleAsync();
        var (inForce, saved) = (new Latency(), new Latency());
        await ChangeAsync(run, target, console, new Latency(), new Latency()); // what is compiled for the first is no cost of the others
        for (var change = 1; change <= Changes; change++)
        {
            run.Say($"change {change} of {Changes}");
            await ChangeAsync(run, target, console, inForce, saved);
        }

        var many = await BesideManyAsync(run, target, console);
        return new RunResult([.. Durations("saved and in force on all nodes", inForce), .. Durations("saved", saved), .. many.Figures], new LedgerReport(), many.Use.Processes)
        {
            Failures = many.Failures == 0 ? [] : [$"{many.Failures:N0} requests of played nodes failed."],
        };
    }

    private async Task ChangeAsync(WorkloadRun run, LocalTarget target, ConsoleClient console, Latency inForce, Latency saved)
    {
        var value = ++_value;
        var started = run.Time.GetTimestamp();
        var looking = target.Nodes.Select(node => SeesAsync(run, node, value)).ToArray();
        await SaveAsync(target, console, value);
        saved.Record(run.Time.GetElapsedTime(started));
        await Task.WhenAll(looking).WaitAsync(Patience, run.Time, run.Cancellation);
        inForce.Record(run.Time.GetElapsedTime(started));
    }

    // As anybody is told it who comes to the node.
    private static async Task SeesAsync(WorkloadRun run, Member node, int value)
    {
        using var http = new HttpClient { BaseAddress = new Uri(node.Url) };
        while ((await http.GetFromJsonAsync<JsonElement>($"/{node.PolicySet}/api/v1/options", run.Cancellation)).GetProperty("options").GetProperty(Option).GetInt32() != value)
            await run.WaitAsync(BetweenLooks);
    }

    private async Task<(Figure[] Figures, WindowUse Use, int Failures)> BesideManyAsync(WorkloadRun run, LocalTarget target, ConsoleClient console)
    {
        run.Say($"{ManyNodes:N0} nodes come");
        var keys = await run.Store.EnrolNodesAsync(target.PolicySet, ManyNodes);
        try
        {
            await using var nodes = new PlayedNodes(target.Cluster.ControlProcess.Url, keys, run.Time);
            await ServeAllAsync(run, target, console, nodes);
            await run.WaitAsync(run.WarmUp);

            run.Say($"{ManyNodes:N0} nodes wait for {run.Length.TotalSeconds:0} s");
            var window = UseWindow.Open([.. target.Processes, new WatchedProcess("load", Role.Load, Environment.ProcessId)], new WireCount(), run.Time);
            var heartbeats = nodes.Heartbeats;
            await run.WaitAsync(run.Length);
            var use = window.Close();
            heartbeats = nodes.Heartbeats - heartbeats;

            var served = new Latency();
            for (var change = 0; change < ChangesBesideMany; change++)
            {
                served.Record(await ServeAllAsync(run, target, console, nodes));
                await run.WaitAsync(TimeSpan.FromSeconds(1));
            }

            return ([
                new($"processor of control, {ManyNodes:N0} nodes waiting", "% of a core", 100 * use.Cpu(Role.Control) / use.Seconds),
                new("  heartbeats", "1/s", heartbeats / use.Seconds),
                new("processor of the store meanwhile", "% of a core", 100 * use.Cpu(Role.Store) / use.Seconds),
                new($"saved and sent to all {ManyNodes:N0} nodes, median", "ms", served.PercentileMilliseconds(50)), new("  the slowest", "ms", served.MaxMilliseconds),
            ], use, nodes.Failures);
        }
        finally
        {
            await run.Store.ForgetNodesAsync();
        }
    }

    private async Task<TimeSpan> ServeAllAsync(WorkloadRun run, LocalTarget target, ConsoleClient console, PlayedNodes nodes)
    {
        var value = ++_value;
        var all = nodes.AllHaveAsync(Option, value);
        var started = run.Time.GetTimestamp();
        await SaveAsync(target, console, value);
        await all.WaitAsync(Patience * 3, run.Time, run.Cancellation);
        return run.Time.GetElapsedTime(started);
    }

    private static Task SaveAsync(LocalTarget target, ConsoleClient console, int value) =>
        console.SaveAsync(target.PolicySet, "W7", new Dictionary<string, object?> { [Option] = value });
}
