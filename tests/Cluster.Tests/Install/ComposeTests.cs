using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>What of deploy/compose can be run without containers: its scripts and its commands, each program in a network of its own.</summary>
public sealed class ComposeTests
{
    [MachineFact]
    public async Task Compose_ItsScriptsAndCommands_MakeAClusterThatPeopleSignInTo()
    {
        var run = await Machine.RunAsync(Machine.Script("facts.sh"), Machine.Script("compose.sh"));

        run.Fact("secret").ShouldBe("1654 644 32");
        run.Fact("files").ShouldBe(string.Join(' ', new[] { "control", "gateway", "node-a", "node-b" }.Select(name => $"/config/{name}.json 1654 600")));
        run.Fact("again").ShouldBeEmpty("enrolling again keeps what is good");
        run.Fact("lost").ShouldBe("/config/node-b.json");
        run.Fact("newstore").ShouldBe("/config/gateway.json /config/node-a.json /config/node-b.json");
        foreach (var target in new[] { "control:8081", "gateway:8082", "node-a:8101", "node-b:8101" }) run.Fact($"target.{target}").ShouldBe("1");
        foreach (var set in new[] { "a", "b" })
        {
            run.Fact($"signed-in.{set}").ShouldContain($"\"node\":\"node-{set}\"");
            run.Fact($"signed-in.{set}").ShouldContain("\"token\":");
        }
    }

    [Fact]
    public void Compose_EachFileItMounts_IsThere()
    {
        var folder = Path.Combine(CommandRun.Repository, "deploy", "compose");
        var mounted = File.ReadLines(Path.Combine(folder, "compose.yaml")).Select(line => line.Split('"', ' ').FirstOrDefault(word => word.StartsWith("./") || word.StartsWith("../")))
            .OfType<string>().Where(word => word.Contains(":/")).Select(word => word.Split(':')[0]).ToArray();
        mounted.Length.ShouldBeGreaterThan(5);
        mounted.ShouldAllBe(path => Path.Exists(Path.Combine(folder, path)));
    }
}
