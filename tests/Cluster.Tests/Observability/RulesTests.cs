using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>What Prometheus' own tool says of the configuration and the alert rules.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts_test.yml")]
    public async Task Promtool_OnTheFilesForOperators_HasNothingToSay(string verb, string what, string file)
    {
        var run = await CommandRun.RunAsync(PrometheusServer.Program("promtool"), [verb, what, Path.Combine(PrometheusServer.Observability, "prometheus", file)]);
        run.Code.ShouldBe(0, run.Output + run.Errors);
    }

    [Fact]
    public void Rules_AllOfThem_HaveATest()
    {
        var folder = Path.Combine(PrometheusServer.Observability, "prometheus");
        var rules = Names(File.ReadLines(Path.Combine(folder, "alerts.yml")), "- alert:");
        rules.Count.ShouldBeGreaterThan(10);
        Names(File.ReadLines(Path.Combine(folder, "alerts_test.yml")), "alertname:").ShouldBe(rules, ignoreOrder: true);
    }

    private static SortedSet<string> Names(IEnumerable<string> lines, string key) =>
        [.. lines.Where(line => line.Contains(key, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(key, StringComparison.Ordinal) + key.Length)..].Trim())];
}
