using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>The dashboard as a file: what Grafana needs, and what whoever looks at it needs.</summary>
public sealed partial class DashboardFileTests
{
    [Fact]
    public void Panels_AllOfThem_SayWhatTheyShowInWhichUnit()
    {
        Dashboard.Panels.Length.ShouldBeGreaterThan(15);
        foreach (var panel in Dashboard.Panels)
        {
            var title = Dashboard.Text(panel, "title");
            Dashboard.Text(panel, "description").ShouldNotBeNullOrWhiteSpace(title);
            panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString().ShouldNotBeNullOrWhiteSpace(title);
            panel.GetProperty("targets").GetArrayLength().ShouldBePositive(title);
            Dashboard.Text(panel.GetProperty("datasource"), "uid").ShouldBe("${datasource}", title);
        }

        Dashboard.Panels.Select(panel => Dashboard.Text(panel, "title")).ShouldBeUnique();
        Dashboard.Document.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
    }

    [Fact]
    public void Panels_OnTheGrid_DoNotCoverEachOther()
    {
        var cells = Dashboard.Document.GetProperty("panels").EnumerateArray().SelectMany(Cells).ToArray();
        cells.ShouldAllBe(cell => cell.X < 24);
        cells.ShouldBeUnique();
    }

    [Fact]
    public void Queries_AllOfThem_FollowTheVariablesThatFit()
    {
        Dashboard.Document.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => Dashboard.Text(variable, "name")).ShouldBe(["datasource", "policy_set", "instance"]);
        foreach (var query in Dashboard.Queries)
        {
            (query.Expression.Contains("$policy_set") || query.Expression.Contains("$instance")).ShouldBeTrue(query.ToString());
            query.Expression.ShouldNotContain("vector(");
            if (query.Expression.Contains("rate(")) query.Expression.ShouldContain("[$__rate_interval]");
        }
    }

    [Fact]
    public void Quantiles_AllOfThem_AreThoseThatTheLegendOrTheDescriptionNames()
    {
        var quantiles = Dashboard.Queries.Where(query => query.Expression.Contains("histogram_quantile")).ToArray();
        quantiles.Length.ShouldBeGreaterThan(5);
        foreach (var query in quantiles)
        {
            var percent = decimal.Parse(Quantile().Match(query.Expression).Groups[1].Value, CultureInfo.InvariantCulture) * 100;
            var said = query.Legend + Dashboard.Text(Dashboard.Panels.Single(panel => Dashboard.Text(panel, "title") == query.Panel), "description");
            said.ShouldMatch(string.Create(CultureInfo.InvariantCulture, $@"^p{percent:0.#}(?!\d)|\b{percent:0.#} of 100\b"), query.ToString());
        }
    }

    [Theory]
    [InlineData("Commit time", "intramessenger_message_commit_duration_seconds_bucket")]
    [InlineData("Delivery time", "intramessenger_message_delivery_duration_seconds_bucket")]
    public void Histogram_OfAPanel_IsTheOneOfItsTitle(string title, string metric)
    {
        var queries = Dashboard.Queries.Where(query => query.Panel == title).ToArray();
        queries.Length.ShouldBe(2);
        queries.ShouldAllBe(query => query.Expression.Contains($"({metric}{{"));
    }

    [Fact]
    public void Units_AllOfThem_AreThoseOfTheMetrics()
    {
        foreach (var panel in Dashboard.Panels)
        {
            var title = Dashboard.Text(panel, "title");
            var unit = panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!;
            foreach (var query in Dashboard.Queries.Where(query => query.Panel == title)) UnitsOf(query.Expression).ShouldContain(unit, query.ToString());
        }
    }

    private static string[] UnitsOf(string expression)
    {
        var metric = Metric().Match(expression).Groups[1].Value;
        if (expression.Contains("histogram_quantile")) return metric.EndsWith("_seconds_bucket", StringComparison.Ordinal) ? ["s"] : [];
        if (expression.Contains("rate(")) return metric.EndsWith("_seconds_total", StringComparison.Ordinal) ? ["short"] : metric.StartsWith("http_server_", StringComparison.Ordinal) ? ["reqps", "ops"] : ["ops"];
        return metric.EndsWith("_seconds", StringComparison.Ordinal) ? ["s"] : metric.EndsWith("_bytes", StringComparison.Ordinal) ? ["bytes"] : ["short"];
    }

    [GeneratedRegex(@"histogram_quantile\((\d[\d.]*),")]
    private static partial Regex Quantile();

    [GeneratedRegex(@"(\w+)\{")]
    private static partial Regex Metric();

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        var place = panel.GetProperty("gridPos");
        int Of(string member) => place.GetProperty(member).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }
}
