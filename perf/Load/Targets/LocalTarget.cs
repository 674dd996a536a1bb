using System.Net.Sockets;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Targets;

/// <summary>Responsible for a cluster of its own on this machine, kept in a folder so that its rows are paid for once.</summary>
public sealed class LocalTarget : LoadTarget, IAsyncDisposable
{
    private const string SettingsComment = "Limits for load";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // What would refuse the load, and is not what is measured. 0 means no limit.
    private static readonly Dictionary<string, object?> Settings = new()
    {
        ["accounts.registration"] = "open",
        ["contacts.max"] = 0,
        ["sessions.maxConnectedUsers"] = 0,
        ["limits.signInsPerMinute"] = 0,
        ["limits.requestsPerSecond"] = 0,
    };

    private readonly LocalCluster _cluster;
    private readonly bool _throughGateway;

    /// <param name="folder">Of the cluster.</param>
    /// <param name="nodes">Of the first policy set the clients are.</param>
    /// <param name="throughGateway">Instead of directly at the nodes.</param>
    /// <param name="line">Where not null, the last node of the clients' policy set is at its other end, with the clients that begin there.</param>
    /// <param name="twoControls">A second one beside the first.</param>
    public LocalTarget(string folder, IReadOnlyList<NodeGroup> nodes, bool throughGateway, BadLine? line = null, bool twoControls = false)
    {
        (_throughGateway, Line) = (throughGateway, line);
        PolicySet = nodes[0].PolicySet;
        _cluster = new LocalCluster(ClusterOptions.OnFreePorts(folder) with
        {
            Nodes = nodes,
            Demo = false,
            SecondControl = twoControls,
            Far = line is null ? null : new FarNodes(line, [$"node-{nodes[0].PolicySet}{nodes[0].Count}"]),
            // Meant for the load client alone, which sets it for itself.
            Environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "0" },
        });
    }

    public override string PolicySet { get; }

    public string ConnectionString => _cluster.ConnectionString;

    public LocalCluster Cluster => _cluster;

    public BadLine? Line { get; }

    public override string Name => _throughGateway ? "IntraMessenger through the gateway" : "IntraMessenger";

    public override IReadOnlyList<Uri> Addresses => _throughGateway
        ? [new Uri($"{_cluster.GatewayProcess.Url}/{PolicySet}")]
        : [.. Nodes.Select(node => new Uri($"{node.Url}/{node.PolicySet}"))];

    public override IReadOnlyList<WatchedProcess> Processes =>
    [
        .. _cluster.Nodes.Select(node => new WatchedProcess(node.Name, Role.Node, node.Pid)),
        new("gateway", Role.Gateway, _cluster.GatewayProcess.Pid), new("control", Role.Control, _cluster.ControlProcess.Pid), StoreProcess,
    ];

    public WatchedProcess StoreProcess => new("store", Role.Store, _cluster.Store!.Pid);

    public override bool CanLoseOne => Nodes.Count > 1 && !_throughGateway;

    public IReadOnlyList<Member> Nodes => [.. _cluster.Nodes.Where(node => node.PolicySet == PolicySet)];

    public override Socket? OpenSocket(Uri address) => address.Host == Line?.FarAddress ? Line.OpenInside() : null;

    public async Task StartAsync(Action<string> say, CancellationToken cancellation)
    {
        await _cluster.StartAsync(say, cancellation);
        using var console = await _cluster.SignInToConsoleAsync();
        foreach (var policySet in _cluster.PolicySets) await console.SaveAsync(policySet, SettingsComment, Settings);
    }

    public override async Task RestartServersAsync()
    {
        foreach (var node in Nodes) await node.RestartAsync();
        await _cluster.WaitUntilRoutedAsync();
    }

    public override Task KillAsync(int index) => Nodes[index].KillAsync();

    public override async Task StartAsync(int index)
    {
        Nodes[index].Start();
        await Nodes[index].WaitUntilReadyAsync(Patience);
    }

    /// <summary>All but the store: the ceiling program has the machine for itself then.</summary>
    public async Task StopProgramsAsync()
    {
        foreach (var member in _cluster.Members.Reverse()) await BackgroundProcess.StopAsync(member.Pid, TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
