using System.Text.Json;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>The dashboard as a file: what Grafana needs, and what whoever looks at it needs.</summary>
public sealed class DashboardFileTests
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

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        var place = panel.GetProperty("gridPos");
        int Of(string member) => place.GetProperty(member).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }
}
