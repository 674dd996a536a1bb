using System.Text.Json;
using System.Text.RegularExpressions;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <param name="Panel">The title of its panel.</param>
/// <param name="Legend">How each series is called, with labels in double braces.</param>
/// <param name="Expression">With Grafana's variables.</param>
internal sealed partial record DashboardQuery(string Panel, string Legend, string Expression)
{
    /// <summary>What Prometheus is asked, where everything is chosen unless said.</summary>
    public string For(int seconds, string policySet = ".*", string instance = ".*") =>
        Expression.Replace("$policy_set", policySet).Replace("$instance", instance).Replace("$__rate_interval", $"{seconds}s");

    /// <summary>How Grafana calls this series; a route may end in a slash or not.</summary>
    public string NameOf(Series series) => Label().Replace(Legend, label => series.Labels.GetValueOrDefault(label.Groups[1].Value, "")).Trim().TrimEnd('/');

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();
}

/// <summary>The dashboard that the repository gives to operators.</summary>
internal static class Dashboard
{
    public static JsonElement Document { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(PrometheusServer.Observability, "grafana", "cluster.json"))).RootElement;

    public static JsonElement[] Panels { get; } = [.. Document.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row")];

    public static DashboardQuery[] Queries { get; } =
        [.. from panel in Panels
            from target in panel.GetProperty("targets").EnumerateArray()
            select new DashboardQuery(Text(panel, "title"), Text(target, "legendFormat"), Text(target, "expr"))];

    public static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
