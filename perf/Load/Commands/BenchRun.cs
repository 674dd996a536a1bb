using System.Globalization;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Targets;
using IntraMessenger.Load.Workloads;
using Spectre.Console;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for one call of the tool: a cluster, its people, the runs, the ceiling beside it, the table and the file.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    private const long UsualRows = 10_000_000;

    private readonly Workload _workload = options.Far is null ? Workload.Find(options.Workload) : FarPairs.Find(options.Workload);
    private readonly List<string> _warnings = [];

    /// <summary>0 where everybody was served, every send answered, and nothing lost, repeated or misordered; else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (options.Far is not null && (options.Cluster.Count > 0 || options.Ceiling || options.Gateway))
            throw new LoadException("--far is a cluster of its own, directly: leave --cluster, --ceiling and --gateway away.");
        if (options.Ceiling && options.Clients.Mode == EventMode.Poll) throw new LoadException("The ceiling program has no polls: leave --poll or --ceiling away.");
        WarnOfOthers();
        return options.Cluster.Count > 0 ? await AgainstGivenAsync(cancellation) : await AgainstOwnAsync(cancellation);
    }

    private async Task<int> AgainstGivenAsync(CancellationToken cancellation)
    {
        if (options.Store is null) throw new LoadException("--cluster needs --store: people and conversations are written into the store of the cluster.");
        if (options.Ceiling) throw new LoadException("--ceiling needs a cluster of its own: leave --cluster away.");
        await using var store = new PopulationStore(options.Store);
        var target = new GivenTarget(options.Cluster);
        return Finish(target, await MeasureAsync(target, store, await PrepareAsync(target, store, options.Store, cancellation), cancellation), null);
    }

    private async Task<int> AgainstOwnAsync(CancellationToken cancellation)
    {
        var groups = options.Nodes.Count > 0 ? options.Nodes : [new NodeGroup("a", _workload.LeastServers)];
        if (groups[0].Count < _workload.LeastServers) throw new LoadException($"{_workload.Name} needs {_workload.LeastServers} nodes: --nodes {groups[0].PolicySet}={_workload.LeastServers}.");
        await using var line = options.Far is { } far ? await BadLine.LayAsync(TimeSpan.FromMilliseconds(far.DelayMilliseconds), far.LossPercent / 100) : null;
        await using var target = new LocalTarget(options.Folder, groups, options.Gateway, line, _workload.NeedsTwoControls);
        await BenchTerminal.ShowProgressAsync("Starting a cluster", async say =>
        {
            await target.StartAsync(say, cancellation);
            return true;
        });
        await using var store = new PopulationStore(target.ConnectionString);
        var population = await PrepareAsync(target, store, target.ConnectionString, cancellation);
        var product = options.OnlyCeiling ? [] : await MeasureAsync(target, store, population, cancellation);
        if (!options.Ceiling) return Finish(target, product, null);

        await target.StopProgramsAsync();
        await using var ceiling = new CeilingTarget(options.Folder, target.PolicySet, target.ConnectionString, target.StoreProcess, _workload.LeastServers);
        await ceiling.StartAsync(population, store);
        var top = await MeasureAsync(ceiling, store, population, cancellation);
        return options.OnlyCeiling ? Finish(ceiling, top, null) : Finish(target, product, top);
    }

    private async Task<Population> PrepareAsync(LoadTarget target, PopulationStore store, string connectionString, CancellationToken cancellation)
    {
        if (await store.IsDurableAsync() == false) _warnings.Add("innodb_flush_log_at_trx_commit is not 1: the store answers before a commit is on disk, and the figures do not count.");
        var population = await BenchTerminal.ShowProgressAsync("Preparing the people", _ => _workload.PrepareAsync(store, options.People ?? _workload.UsualPeople, target.PolicySet));
        if ((options.Rows ?? (_workload is BusyPairs ? UsualRows : 0)) is var rows and > 0)
        {
            await BenchTerminal.ShowProgressAsync("Filling the table", async say =>
            {
                await new MessageRows(connectionString).FillAsync(population.Talks, rows, say, cancellation);
                return true;
            });
        }

        return population;
    }

    private async Task<List<RunResult>> MeasureAsync(LoadTarget target, PopulationStore store, Population population, CancellationToken cancellation)
    {
        var results = new List<RunResult>();
        for (var run = 1; run <= options.Runs; run++)
        {
            var (clients, warmUp, length) = (
                options.Clients with { SocketFor = target.OpenSocket }, TimeSpan.FromSeconds(options.WarmUpSeconds), TimeSpan.FromSeconds(options.Seconds ?? _workload.UsualSeconds));
            var result = await BenchTerminal.ShowProgressAsync(
                $"{_workload.Name}, {target.Name}, run {run} of {options.Runs}",
                say => _workload.RunAsync(new WorkloadRun(target, population, store, clients, warmUp, length, say) { Cancellation = cancellation }));
            results.Add(result);
            var headline = result.Figures is [var first, ..] ? $"{first.Name} {ResultTable.Number(first.Value)} {first.Unit}" : "no figures";
            BenchTerminal.Out.MarkupLineInterpolated($"  {target.Name}, run {run}: {headline}; {result.Ledger}");
            foreach (var remark in result.Remarks) BenchTerminal.Out.MarkupLineInterpolated($"  {remark}");
        }

        return results;
    }

    private int Finish(LoadTarget target, List<RunResult> product, List<RunResult>? ceiling)
    {
        ResultTable.Show(_workload, target, product, ceiling);
        if (ceiling?.Any(result => !result.Ledger.IsWhole || result.Failures.Count > 0) == true) _warnings.Add("The ceiling program lost, repeated or did not answer messages, or did not serve everybody: what is compared with it does not count.");
        var file = options.Json ?? Path.Combine(options.Folder, "results", $"{_workload.Name}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.json");
        ResultFile.Write(file, options, _workload, product, ceiling, _warnings);
        foreach (var warning in _warnings) BenchTerminal.Out.MarkupLineInterpolated($"[yellow]{warning}[/]");
        BenchTerminal.Out.MarkupLineInterpolated($"{file}");
        var failures = product.SelectMany(result => result.Failures.Concat(result.Ledger.IsWhole ? [] : [$"The ledger is not clean: {result.Ledger}."])).ToArray();
        foreach (var failure in failures) BenchTerminal.Out.MarkupLineInterpolated($"[red]{failure}[/]");
        return failures.Length == 0 ? 0 : 1;
    }

    private void WarnOfOthers()
    {
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        if (load > 0.3) _warnings.Add($"The machine was busy before the run (load {load:0.0}): the figures may be too bad.");
    }
}
