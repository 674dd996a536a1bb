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
        var total = new FaultReport([], new LedgerReport(), new LimitReport(), []);
        foreach (var scenario in plan.Scenarios)
        {
            var folder = Path.Combine(plan.Folder, scenario.Name);
            var report = await new ScenarioRun(plan, scenario, say, tell, time ?? TimeProvider.System).RunAsync(folder, cancellation);
            if (report.IsClean) Directory.Delete(folder, recursive: true);
            total = new FaultReport([.. total.Rows, .. report.Rows], total.Ledger + report.Ledger, total.Limits + report.Limits, [.. total.Failures, .. report.Failures]);
        }

        return total;
    }
}
