using System.Globalization;
using IntraMessenger.Load.Faults;
using Spectre.Console;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for the table of W6: one row a fault, and below it what the ledger and those who watched the limits say.</summary>
internal static class FaultTable
{
    private static readonly string[] Columns =
        ["times", "acknowledged around", "longest silence, s", "back after, s", "events lost", "resyncs", "no place", "429, 503", "repeats", "again", "signals", "lost", "swept"];

    public static void Show(FaultReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("fault");
        foreach (var column in Columns) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var scenario in report.Rows.GroupBy(row => row.Scenario))
        {
            foreach (var row in scenario.OrderBy(row => row.Fault, StringComparer.Ordinal)) table.AddRow([Markup.Escape($"{row.Fault}"), .. Cells(row)]);
        }

        BenchTerminal.Out.Write(table);
        BenchTerminal.Out.MarkupLineInterpolated($"Ledger: {report.Ledger}");
        var limits = report.Limits;
        BenchTerminal.Out.MarkupLineInterpolated(
            $"Limits: exceeded {limits.Violations:N0} times in {limits.Samples:N0} looks; {limits.Admitted:N0} strangers got a place, {limits.PlacesRefused:N0} none; {limits.ContactsRefused:N0} contacts refused");
    }

    private static IEnumerable<string> Cells(FaultRow row)
    {
        static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
        var counts = row.Counts;
        return
        [
            Count(row.Times), row.LeastAround == long.MaxValue ? "-" : Count(row.LeastAround), ResultTable.Number(row.LongestSilence), ResultTable.Number(row.BackAfter), Count(counts.Losses), Count(counts.Resyncs),
            Count(counts.NoPlaces), Count(counts.Busy), Count(counts.Repeats), Count(counts.Again), Count(counts.SignalsSent), Count(counts.SignalsLost), Count(counts.Swept),
        ];
    }
}
