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
    private const int ChangesElsewhere = 50;
    private const int ChangesBesideMany = 5;
    private const int ManyNodes = 1_000;

    // What is promised: anything above makes the run fail.
    private const double MostInForce = 1_000;
    private const double MostServed = 2_000;
    private const double MostOfACore = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    private int _value = 100;

    public override string Name => "W7";

    public override string Description => $"{Changes} saved settings on three nodes, {ManyNodes:N0} nodes at one control";

    public override int UsualPeople => 2;

    public override int UsualSeconds => 60;

    public override int LeastServers => 3;

    public override bool NeedsTwoControls => true;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        if (run.Target is not LocalTarget { Line: null } target) throw new LoadException($"{Name} needs a cluster of its own: leave --cluster and --far away.");
        using var console = await SignInAsync(target, target.Cluster.ControlProcess);
        using var other = await SignInAsync(target, target.Cluster.OtherControl!);
        var (inForce, saved, elsewhere) = (new Latency(), new Latency(), new Latency());
        foreach (var one in new[] { console, other }) await ChangeAsync(run, target, one, new Latency(), new Latency()); // what is compiled for the first is no cost of the others
        for (var change = 1; change <= Changes; change++)
        {
            run.Say($"change {change} of {Changes}");
            await ChangeAsync(run, target, console, inForce, saved);
        }

        run.Say($"{ChangesElsewhere} changes at the other control");
        for (var change = 1; change <= ChangesElsewhere; change++) await ChangeAsync(run, target, other, elsewhere, new Latency());

        var many = await BesideManyAsync(run, target, console, other);
        return new RunResult(
            [.. Durations("saved and in force on all nodes", inForce), .. Durations("saved", saved), .. Durations("saved at the other control and in force", elsewhere), .. many.Figures], new LedgerReport(), many.Use.Processes)
        {
            Failures =
            [
                .. Over("saved and in force on all nodes p99", inForce.PercentileMilliseconds(99), MostInForce, "ms"),
                .. Over("saved at the other control and in force p99", elsewhere.PercentileMilliseconds(99), MostInForce, "ms"),
                .. many.Failures,
            ],
        };
    }

    private static IEnumerable<string> Over(string what, double measured, double most, string unit) =>
        measured <= most ? [] : [$"{what}: {measured:N1} {unit}, and {most:N0} {unit} are promised."];

    private static async Task<ConsoleClient> SignInAsync(LocalTarget target, Member control)
    {
        var console = new ConsoleClient(control.Url);
        return await console.SignInAsync(LocalCluster.AdminName, target.Cluster.AdminPassword) ? console : throw new LoadException($"{control.Name} does not let the administrator in.");
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

    // All of them wait at the first control.
    private async Task<(Figure[] Figures, WindowUse Use, string[] Failures)> BesideManyAsync(WorkloadRun run, LocalTarget target, ConsoleClient console, ConsoleClient other)
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

            var (served, elsewhere) = (new Latency(), new Latency());
            for (var change = 0; change < ChangesBesideMany; change++)
            {
                served.Record(await ServeAllAsync(run, target, console, nodes));
                await run.WaitAsync(TimeSpan.FromSeconds(2)); // until they have told what they apply
                elsewhere.Record(await ServeAllAsync(run, target, other, nodes));
                await run.WaitAsync(TimeSpan.FromSeconds(2));
            }

            var processor = 100 * use.Cpu(Role.Control) / use.Seconds;
            Figure[] figures =
            [
                new($"processor of control, {ManyNodes:N0} nodes waiting", "% of a core", processor),
                new("  heartbeats", "1/s", heartbeats / use.Seconds),
                new("processor of the store meanwhile", "% of a core", 100 * use.Cpu(Role.Store) / use.Seconds),
                new($"saved and sent to all {ManyNodes:N0} nodes, median", "ms", served.PercentileMilliseconds(50)), new("  the slowest", "ms", served.MaxMilliseconds),
                new("saved at the other control and sent to all, median", "ms", elsewhere.PercentileMilliseconds(50)), new("  the slowest of these", "ms", elsewhere.MaxMilliseconds),
            ];
            return (figures, use,
            [
                .. nodes.Failures == 0 ? [] : new[] { $"{nodes.Failures:N0} requests of played nodes failed." },
                .. Over("processor of control", processor, MostOfACore, "% of a core"),
                .. Over($"saved and sent to all {ManyNodes:N0} nodes", Math.Max(served.MaxMilliseconds, elsewhere.MaxMilliseconds), MostServed, "ms"),
            ]);
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
