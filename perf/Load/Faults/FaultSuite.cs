using IntraMessenger.Launcher;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for a run of faults under load: one scenario after the other, and the judgement over all of it.</summary>
/// <param name="plan">What is to happen.</param>
/// <param name="say">Is told how far it is, many times a second.</param>
/// <param name="tell">Is told what happened: a line a fault.</param>
/// <param name="time">The system's where null.</param>
public sealed class FaultSuite(FaultPlan plan, Action<string> say, Action<string> tell, TimeProvider? time = null)
{
    public async Task<FaultReport> RunAsync(CancellationToken cancellation = default)
    {
        var total = new FaultReport([], new LedgerReport(), new LimitReport(), [.. plan.LeftOut.Select(fault => $"{fault.Name} was left out: {fault.WhyNot}")]);
        foreach (var scenario in plan.Scenarios)
        {
            var folder = Path.Combine(plan.Folder, scenario.Name);
            var report = await RunAsync(scenario, folder, cancellation);
            if (report.IsClean) Directory.Delete(folder, recursive: true);
            total = new FaultReport([.. total.Rows, .. report.Rows], total.Ledger + report.Ledger, total.Limits + report.Limits, [.. total.Failures, .. report.Failures]);
        }

        return total;
    }

    /// <summary>As a failure of a run; what nobody expected with where it came from.</summary>
    internal static string Sentence(Exception e) => e is LoadException or RunFailedException or LauncherException ? e.Message : $"unexpected: {e}";

    // Whatever becomes of one scenario, the others are run, and what was seen is told.
    private async Task<FaultReport> RunAsync(Scenario scenario, string folder, CancellationToken cancellation)
    {
        try
        {
            return await new ScenarioRun(plan, scenario, say, tell, time ?? TimeProvider.System).RunAsync(folder, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new FaultReport([], new LedgerReport(), new LimitReport(), [$"{scenario.Name}: {Sentence(e)}"]);
        }
    }
}
