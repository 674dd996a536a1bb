using System.Security.Cryptography;
using IntraMessenger.Load.Faults;
using Spectre.Console;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for one call of W6: clusters of its own, the faults, the table and the file.</summary>
internal sealed class FaultBench(BenchOptions options)
{
    public const string Name = "W6";
    public const string Description = "pairs as of W2 while everything fails that can, one after the other";

    private const int UsualPeople = 200;

    /// <summary>0 where the run was clean, else 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (options.Cluster.Count > 0 || options.Store is not null || options.Ceiling || options.Nodes.Count > 0 || options.Gateway || options.Far is not null || options.Rows is not null)
            throw new LoadException("W6 hurts clusters that it starts itself: without --cluster, --store, --ceiling, --nodes, --gateway, --far and --rows.");
        if (options.Runs != 1 || options.Seconds is not null) throw new LoadException("W6 is as long as its faults: --turns and --around instead of --runs and --seconds.");
        var plan = new FaultPlan
        {
            Faults = Fault.Named(options.Faults),
            LeftOut = options.Faults is null ? [.. Fault.All.Where(fault => fault.WhyNot is not null)] : [],
            Turns = options.Turns,
            Messages = options.Messages,
            Around = options.Around,
            LeastAround = options.Around < TimeSpan.FromMinutes(1) ? 0 : 5_000,
            Seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            People = options.People ?? UsualPeople,
            Clients = options.Clients,
            Folder = Path.Combine(options.Folder, "faults", $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}"),
        };
        BenchTerminal.Out.MarkupLineInterpolated($"{plan.Faults.Count} faults, {plan.Turns} times each, seed {plan.Seed}");
        foreach (var fault in plan.LeftOut) BenchTerminal.Out.MarkupLineInterpolated($"[yellow]left out: {fault.Name}: {fault.WhyNot}[/]");
        var report = await BenchTerminal.ShowProgressAsync("W6", say => new FaultSuite(plan, say, line => BenchTerminal.Out.MarkupLineInterpolated($"  {line}")).RunAsync(cancellation));
        return Finish(plan, report);
    }

    private int Finish(FaultPlan plan, FaultReport report)
    {
        FaultTable.Show(report);
        var file = options.Json ?? Path.Combine(options.Folder, "results", $"W6-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.json");
        ResultFile.Write(file, plan, report);
        BenchTerminal.Out.MarkupLineInterpolated($"{file}");
        if (report.IsClean) return 0;
        foreach (var failure in report.Failures) BenchTerminal.Out.MarkupLineInterpolated($"[red]{failure}[/]");
        BenchTerminal.Out.MarkupLineInterpolated($"[red]This run is a failure; the same again: --seed {plan.Seed}. Its clusters are in {plan.Folder}.[/]");
        return 1;
    }
}
