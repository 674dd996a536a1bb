using System.Globalization;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Targets;
using IntraMessenger.Load.Workloads;
using Spectre.Console;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for the table at the end: each run, the median, the ceiling's median and what we are of it.</summary>
internal static class ResultTable
{
    public static void Show(Workload workload, LoadTarget target, IReadOnlyList<RunResult> product, IReadOnlyList<RunResult>? ceiling)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        for (var run = 1; run <= product.Count; run++) table.AddColumn(new TableColumn($"run {run}").RightAligned());
        table.AddColumn(new TableColumn("median").RightAligned());
        if (ceiling is not null) table.AddColumn(new TableColumn("ceiling").RightAligned()).AddColumn(new TableColumn("ratio").RightAligned());
        table.AddColumn("");
        foreach (var (name, unit) in Names(product))
        {
            var median = Median(product, name);
            var cells = product.Select(result => Number(Value(result, name))).Append($"[bold]{Number(median)}[/]").Prepend(name);
            if (ceiling is not null)
            {
                var top = Median(ceiling, name);
                cells = cells.Append(Number(top)).Append(top is 0 or double.NaN ? "" : Number(median / top));
            }

            table.AddRow([.. cells, Markup.Escape(unit)]);
        }

        BenchTerminal.Out.MarkupLineInterpolated($"{workload.Name}: {workload.Description}; {target.Name}");
        BenchTerminal.Out.Write(table);
    }

    public static IEnumerable<(string Name, string Unit)> Names(IEnumerable<RunResult> results) =>
        results.SelectMany(result => result.Figures).Select(figure => (figure.Name, figure.Unit)).Distinct();

    /// <summary>NaN where no run has this figure.</summary>
    public static double Median(IEnumerable<RunResult> results, string name)
    {
        var values = results.Select(result => Value(result, name)).Where(value => !double.IsNaN(value)).Order().ToArray();
        return values.Length == 0 ? double.NaN : values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }

    /// <summary>Three digits that matter.</summary>
    public static string Number(double value) => value switch
    {
        double.NaN => "",
        double.PositiveInfinity => "never",
        _ when Math.Abs(value) >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static double Value(RunResult result, string name) => result.Figures.FirstOrDefault(figure => figure.Name == name)?.Value ?? double.NaN;
}
