using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>The life of a cluster as a developer has it: up, a second up, a dead node, down, up again.</summary>
[Collection(nameof(LaunchedCollection))]
public sealed class LauncherTests(LaunchedCluster cluster)
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Up_DescribesTheCluster_ForTools()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(cluster.Folder, "cluster.json")));
        var root = document.RootElement;
        root.GetProperty("gateway").GetString().ShouldBe($"http://localhost:{cluster.GatewayPort}");
        root.GetProperty("console").GetString().ShouldBe($"http://localhost:{cluster.ConsolePort}");
        root.GetProperty("admin").GetProperty("username").GetString().ShouldNotBeNullOrEmpty();
        root.GetProperty("admin").GetProperty("password").GetString().ShouldNotBeNullOrEmpty();
        root.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("name").GetString(), node.GetProperty("policySet").GetString()))
            .ShouldBe([("node-a1", "a"), ("node-a2", "a"), ("node-b1", "b")]);
        root.GetProperty("nodes").EnumerateArray().ShouldAllBe(node => BackgroundProcess.IsAlive(node.GetProperty("pid").GetInt32()));
        root.GetProperty("nodes").EnumerateArray().ShouldAllBe(node => node.GetProperty("url").GetString()!.StartsWith("http://"));
        root.GetProperty("control").GetProperty("url").GetString().ShouldStartWith("http://");
        BackgroundProcess.IsAlive(root.GetProperty("control").GetProperty("pid").GetInt32()).ShouldBeTrue();
        BackgroundProcess.IsAlive(root.GetProperty("gatewayPid").GetInt32()).ShouldBeTrue();
        BackgroundProcess.IsAlive(root.GetProperty("store").GetProperty("pid").GetInt32()).ShouldBeTrue();
        root.GetProperty("store").GetProperty("connectionString").GetString()!.ShouldContain("Database=");
    }

    [Fact]
    public void Up_RecordsTheProgramsOwnProcesses()
    {
        foreach (var node in cluster.Description.Nodes) CommandLine(node.Pid).ShouldContain("Node.dll");
        CommandLine(cluster.Description.GatewayPid).ShouldContain("Central.dll");
        CommandLine(cluster.Description.Store.Pid!.Value).ShouldContain("mariadbd");
    }

    [Fact]
    public void Up_KeepsSecretsForTheOwnerOnly()
    {
        File.GetUnixFileMode(cluster.Folder).ShouldBe(OwnersFile | UnixFileMode.UserExecute);
        string[] named = ["cluster.json", "secrets.json", "mariadb/password", "mariadb/init.sql"];
        string[] secret = [.. named.Select(name => Path.Combine(cluster.Folder, name)), .. Directory.GetFiles(Path.Combine(cluster.Folder, "config"))];
        secret.ShouldAllBe(file => File.GetUnixFileMode(file) == OwnersFile);
    }

    [Fact]
    public async Task Up_PrintsPeopleWhoCanSignIn()
    {
        using var http = new HttpClient();
        cluster.Description.People.Select(person => $"{person.Username}@{person.PolicySet}").ShouldBe(["alice@a", "bob@b", "carol@a"]);
        foreach (var person in cluster.Description.People)
        {
            cluster.Printed.ShouldContain(person.Password);
            using var answer = await http.PostAsJsonAsync(
                $"{cluster.Description.Gateway}/{person.PolicySet}/api/v1/session", new { person.Username, person.Password });
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Up_WhenOneRunsAlready_SaysWhereAndChangesNothing()
    {
        var before = cluster.Pids.ToArray();
        var second = await cluster.UpAsync();
        second.Code.ShouldNotBe(0);
        second.Errors.ShouldContain($"runs already: http://localhost:{cluster.GatewayPort}");
        cluster.Pids.ShouldBe(before);
        cluster.Pids.ShouldAllBe(pid => BackgroundProcess.IsAlive(pid));
    }

    [Fact]
    public async Task Up_OnATakenPort_NamesThePortWhoHasItAndTheWayOut()
    {
        var other = Directory.CreateTempSubdirectory("im-other-");
        var up = await CommandRun.LauncherAsync(
            "up", other.FullName, "--detach", "--gateway-port", $"{cluster.GatewayPort}", "--console-port", $"{FreePort.Next()}");
        up.Code.ShouldBe(1);
        up.Errors.ShouldContain($"Port {cluster.GatewayPort}");
        up.Errors.ShouldContain($"process {cluster.Description.GatewayPid}");
        up.Errors.ShouldContain("--gateway-port");
        Processes(other.FullName).ShouldBeEmpty();
        other.Delete(recursive: true);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a=0")]
    [InlineData("a=1,a=2")]
    [InlineData("../x=1")]
    public async Task Up_WithNodesThatMakeNoSense_SaysWhatItWants(string nodes)
    {
        var up = await CommandRun.LauncherAsync("up", "/nowhere", "--nodes", nodes);
        up.Code.ShouldBe(1);
        up.Errors.ShouldContain("such as a=2,b=1");
    }

    [Fact]
    public async Task Up_WithAStoreThatIsNotThere_SaysSoAndLeavesNothing()
    {
        var other = Directory.CreateTempSubdirectory("im-other-");
        var up = await CommandRun.LauncherAsync(
            "up", other.FullName, "--detach", "--store", $"Server=127.0.0.1;Port={FreePort.Next()};Database=x;User ID=x",
            "--gateway-port", $"{FreePort.Next()}", "--console-port", $"{FreePort.Next()}");
        up.Code.ShouldBe(1);
        up.Errors.ShouldContain("--store cannot be used");
        Processes(other.FullName).ShouldBeEmpty();
        other.Delete(recursive: true);
    }

    [Fact]
    public async Task Up_WithAServerOfOnesOwn_MakesTheDatabaseThereAndLeavesTheServerAlone()
    {
        var other = Directory.CreateTempSubdirectory("im-other-");
        var server = cluster.Description.Store;
        var up = await CommandRun.LauncherAsync(
            "up", other.FullName, "--detach", "--no-demo", "--nodes", "b=1", "--store", server.ConnectionString.Replace("Database=intramessenger", "Database=my own"),
            "--gateway-port", $"{FreePort.Next()}", "--console-port", $"{FreePort.Next()}");
        up.Code.ShouldBe(0, up.Errors);
        var description = ClusterDescription.Find(other.FullName).ShouldNotBeNull();
        description.Store.Pid.ShouldBeNull();
        description.Nodes.Select(node => node.Name).ShouldBe(["node-b1"]);
        description.People.ShouldBeEmpty();
        (await CommandRun.LauncherAsync("status", other.FullName)).Code.ShouldBe(0);

        (await CommandRun.LauncherAsync("down", other.FullName)).Code.ShouldBe(0);
        Processes(other.FullName).ShouldBeEmpty();
        BackgroundProcess.IsAlive(server.Pid!.Value).ShouldBeTrue();
        other.Delete(recursive: true);
    }

    private static string CommandLine(int pid) => File.ReadAllText($"/proc/{pid}/cmdline");

    internal static IEnumerable<string> Processes(string folder) =>
        from entry in Directory.GetDirectories("/proc")
        where int.TryParse(Path.GetFileName(entry), out var pid) && pid != Environment.ProcessId && BackgroundProcess.IsAlive(pid)
        let arguments = Read(entry)
        where arguments.Contains(folder, StringComparison.Ordinal)
        select arguments;

    private static string Read(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }
}
