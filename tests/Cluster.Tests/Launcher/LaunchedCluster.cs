using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>A cluster started with the launcher's command, in a folder whose path has a space.</summary>
public sealed class LaunchedCluster : IAsyncLifetime
{
    private readonly string _above = Directory.CreateTempSubdirectory("im launched ").FullName;

    public string Folder => Path.Combine(_above, "run");

    public int GatewayPort { get; } = FreePort.Next();

    public int ConsolePort { get; } = FreePort.Next();

    /// <summary>What <c>up</c> printed.</summary>
    public string Printed { get; private set; } = "";

    public ClusterDescription Description => ClusterDescription.Find(Folder).ShouldNotBeNull();

    public IEnumerable<int> Pids => [Description.Store.Pid!.Value, Description.Control.Pid, Description.GatewayPid, .. Description.Nodes.Select(node => node.Pid)];

    public async Task InitializeAsync()
    {
        var up = await UpAsync();
        up.Code.ShouldBe(0, up.Output + up.Errors);
        Printed = up.Output;
    }

    internal Task<Finished> UpAsync(params string[] more) =>
        CommandRun.LauncherAsync("up", Folder, ["--detach", "--gateway-port", $"{GatewayPort}", "--console-port", $"{ConsolePort}", .. more]);

    internal Task<Finished> StatusAsync() => CommandRun.LauncherAsync("status", Folder);

    internal Task<Finished> DownAsync() => CommandRun.LauncherAsync("down", Folder);

    public async Task DisposeAsync()
    {
        await DownAsync();
        Directory.Delete(_above, recursive: true);
    }
}

/// <summary>The tests of this collection leave the cluster as they found it.</summary>
[CollectionDefinition(nameof(LaunchedCollection))]
public sealed class LaunchedCollection : ICollectionFixture<LaunchedCluster>;
