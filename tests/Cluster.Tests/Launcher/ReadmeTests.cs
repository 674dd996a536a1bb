using System.Text.RegularExpressions;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>What the README shows works as it is written there.</summary>
[Collection(nameof(LaunchedCollection))]
public sealed partial class ReadmeTests(LaunchedCluster cluster)
{
    [Fact]
    public async Task Readme_ItsShellBlocks_LetTwoPeopleTalk()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(CommandRun.Repository, "README.md"));
        var script = string.Join("\n", Block().Matches(readme).Select(block => block.Groups[1].Value));

        var run = await CommandRun.RunAsync("bash", ["-euo", "pipefail", "-c", script], new Dictionary<string, string> { ["GATEWAY"] = cluster.Description.Gateway });

        run.Code.ShouldBe(0, run.Output + run.Errors);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[^2].ShouldContain("\"text\":\"Hello Ben\"", customMessage: "the history");
        lines[^1].ShouldContain("\"type\":\"message\"", customMessage: "the event");
        lines[^1].ShouldContain("\"text\":\"Hello Ben\"");
    }

    [GeneratedRegex("^```bash\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
