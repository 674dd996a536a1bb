using System.Text.Json;
using System.Text.Json.Serialization;
using IntraMessenger.Load.Faults;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for the results as JSON.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Write(
        string file, BenchOptions options, Workload workload, IReadOnlyList<RunResult> product, IReadOnlyList<RunResult>? ceiling, IReadOnlyList<string> warnings)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            workload = workload.Name,
            workload.Description,
            at = TimeProvider.System.GetUtcNow(),
            processors = Environment.ProcessorCount,
            people = options.People ?? workload.UsualPeople,
            nodes = options.Nodes,
            options.Gateway,
            options.Far,
            polls = options.Clients.Mode,
            clientIds = options.Clients.RandomClientIds ? "v4" : "v7",
            options.Clients.TextLength,
            seconds = options.Seconds ?? workload.UsualSeconds,
            warnings,
            failures = product.SelectMany(result => result.Failures),
            medians = Medians(product),
            ceiling = ceiling is null ? null : Medians(ceiling),
            runs = product,
            ceilingRuns = ceiling,
        }, Json));
    }

    public static void Write(string file, FaultPlan plan, FaultReport report)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            workload = FaultBench.Name,
            FaultBench.Description,
            at = TimeProvider.System.GetUtcNow(),
            processors = Environment.ProcessorCount,
            plan.Seed,
            plan.Turns,
            plan.People,
            report.IsClean,
            report.Failures,
            leftOut = plan.LeftOut.ToDictionary(fault => fault.Name, fault => fault.WhyNot),
            report.Ledger,
            report.Limits,
            faults = report.Rows,
        }, Json));
    }

    private static Dictionary<string, double> Medians(IReadOnlyList<RunResult> results) =>
        ResultTable.Names(results).ToDictionary(figure => figure.Name.Trim(), figure => ResultTable.Median(results, figure.Name));
}
