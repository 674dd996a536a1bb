using System.Text.RegularExpressions;
using IntraMessenger.Shared.Contracts;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for turning a directory into the proxy's routes: <c>/a/**</c> to the nodes of set <c>a</c>, the path unchanged.</summary>
internal sealed partial class RouteTable : IProxyConfigProvider
{
    private static readonly HealthCheckConfig HealthCheck = new()
    {
        // The leases decide who is in the directory; probes only prefer. With no node known to be well all are tried: one that is merely
        // busy, or whose store is away, answers better than the gateway could, and a dead one costs a 503 either way.
        AvailableDestinationsPolicy = Yarp.ReverseProxy.Health.HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Active = new()
        {
            Enabled = true,
            Interval = TimeSpan.FromSeconds(2),
            Timeout = TimeSpan.FromSeconds(3),
            Policy = Yarp.ReverseProxy.Health.HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            Path = "/health/ready",
        },
        Passive = new() { Enabled = true, Policy = ConnectionFailurePolicy.PolicyName, ReactivationPeriod = TimeSpan.FromSeconds(3) },
    };

    private const string LeavingMetadata = "Leaving";
    private const char BetweenNames = '\n';

    private static readonly ForwarderRequestConfig Request = new()
    {
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };

    private volatile Table _table = new([], []);

    public IProxyConfig GetConfig() => _table;

    /// <summary>Puts a directory in force; or answers why not and changes nothing.</summary>
    public string? Replace(DirectoryDocument directory)
    {
        if (directory.Sets.FirstOrDefault(set => !Prefix().IsMatch(set.Prefix)) is { } wrong) return $"Policy set '{wrong.Key}' has the prefix '{wrong.Prefix}'.";
        var nodes = directory.Sets.SelectMany(set => set.Nodes);
        if (nodes.FirstOrDefault(node => !IsAddress(node.Url) || !IsAddress(node.ManagementUrl)) is { } node) return $"Node '{node.Name}' has an address that cannot be used.";

        var old = Interlocked.Exchange(ref _table, new Table([.. directory.Sets.Select(Route)], [.. directory.Sets.Select(Cluster)]));
        old.Replaced();
        return null;
    }

    /// <summary>Whether a node of this cluster lets its people go: it has left the routes and is well all the same.</summary>
    public static bool IsLeaving(ClusterConfig cluster, string node) =>
        cluster.Metadata?.TryGetValue(LeavingMetadata, out var names) == true && names.Split(BetweenNames).Contains(node, StringComparer.Ordinal);

    private static RouteConfig Route(DirectorySet set) => new()
    {
        RouteId = set.Key,
        ClusterId = set.Key,
        Match = new RouteMatch { Path = $"/{set.Prefix}/{{**rest}}" },
    };

    private static ClusterConfig Cluster(DirectorySet set) => new()
    {
        ClusterId = set.Key,
        LoadBalancingPolicy = RendezvousPolicy.PolicyName,
        HealthCheck = HealthCheck,
        HttpRequest = Request,
        Metadata = new Dictionary<string, string>
        {
            [Yarp.ReverseProxy.Health.ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "2",
            [LeavingMetadata] = string.Join(BetweenNames, set.Leaving ?? []),
        },
        Destinations = set.Nodes.ToDictionary(node => node.Name, node => new DestinationConfig { Address = node.Url, Health = node.ManagementUrl }),
    };

    private static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Prefix();

    private sealed class Table(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters) : IProxyConfig
    {
        private readonly CancellationTokenSource _replaced = new();

        public IReadOnlyList<RouteConfig> Routes => routes;

        public IReadOnlyList<ClusterConfig> Clusters => clusters;

        public IChangeToken ChangeToken => new CancellationChangeToken(_replaced.Token);

        public void Replaced() => _replaced.Cancel();
    }
}
