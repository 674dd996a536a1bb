using System.Text.RegularExpressions;
using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Observability;

public sealed partial class DashboardTests
{
    [Fact]
    public void MetricNames_OfDashboardRulesAndDocuments_AreThoseOfTheRunningPrograms()
    {
        var shown = Shown();
        var rules = File.ReadAllText(Path.Combine(PrometheusServer.Observability, "prometheus", "alerts.yml"));
        var named = new Dictionary<string, string[]>
        {
            ["the dashboard"] = [.. Dashboard.Queries.SelectMany(query => Names(query.Expression))],
            ["the alert rules"] = [.. rules.Split('\n').Where(line => line.Contains('(') || line.Contains("expr:")).SelectMany(Names)],
            ["docs/operations.md"] = [.. Documented()],
        };
        foreach (var (where, names) in named)
        {
            names.Length.ShouldBeGreaterThan(10, where);
            names.Except(shown).ShouldBeEmpty($"{where} names what no program shows");
        }

        shown.Where(name => name.StartsWith("intramessenger_", StringComparison.Ordinal) && !name.EndsWith("_bucket", StringComparison.Ordinal) && !name.EndsWith("_sum", StringComparison.Ordinal)
            && !name.EndsWith("_count", StringComparison.Ordinal)).Except(Documented()).ShouldBeEmpty("docs/operations.md says what each of them means");
    }

    /// <summary>Families, and for histograms what Prometheus makes of them.</summary>
    private HashSet<string> Shown() =>
    [
        .. from scrape in observed.Scrapes
           from Match family in Family().Matches(scrape.Text)
           from suffix in family.Groups[2].Value == "histogram" ? new[] { "", "_bucket", "_sum", "_count" } : [""]
           select family.Groups[1].Value + suffix,
    ];

    private static IEnumerable<string> Names(string text) => Metric().Matches(text).Select(match => match.Value);

    /// <summary>Of the table. A name that begins with <c>_</c> is another end of the one before it.</summary>
    private static IEnumerable<string> Documented()
    {
        var before = "";
        foreach (var row in File.ReadLines(Path.Combine(CommandRun.Repository, "docs", "operations.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            foreach (Match match in Quoted().Matches(row.Split('|')[1]))
            {
                var name = match.Groups[1].Value;
                if (name[0] == '_') name = string.Join('_', before.Split('_')[..^(name.Split('_').Length - 1)]) + name;
                if (!name.StartsWith("intramessenger_", StringComparison.Ordinal)) continue;
                yield return before = name;
            }
        }
    }

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex(@"\b(intramessenger|http_server|http_client|kestrel|dotnet)_[a-z0-9_]+(?=[\[{ )]|$)", RegexOptions.Multiline)]
    private static partial Regex Metric();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Quoted();
}
