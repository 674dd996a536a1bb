using System.Collections.Concurrent;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for event requests of a node that went down while they wait: one that stands still keeps its connections, and nobody
/// would notice before the next heartbeat. They are cut while there is another node; their clients go on there.
/// </summary>
internal sealed partial class NodeMonitor(IProxyStateLookup proxy, TimeProvider time, ILogger<NodeMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Cluster, string Node), CancellationTokenSource> _watched = new();

    /// <summary>Cancelled when the node is believed to be down and another one is not.</summary>
    public CancellationToken WhileUp(string cluster, string node) => _watched.GetOrAdd((cluster, node), _ => new CancellationTokenSource()).Token;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (key, source) in _watched.Where(entry => IsDown(entry.Key.Cluster, entry.Key.Node)).ToArray())
            {
                // Removed first: who asks from now on is watched anew.
                _watched.TryRemove(key, out _);
                Log.Cut(logger, key.Node);
                await source.CancelAsync();
            }
        }
    }

    // A node that left the directory has no lease any more, unless it lets its people go: then it tells each of them, one after the other.
    private bool IsDown(string clusterId, string node)
    {
        if (!proxy.TryGetCluster(clusterId, out var cluster) || RouteTable.IsLeaving(cluster.Model.Config, node)) return false;
        var all = cluster.DestinationsState.AllDestinations;
        return all.Where(other => other.DestinationId != node).Any(IsWell) && !all.Any(same => same.DestinationId == node && IsWell(same));
    }

    private static bool IsWell(DestinationState node) => node.Health.Active != DestinationHealth.Unhealthy;

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Information, "Node {Node} does not answer; the event requests that waited there are cut, so that their clients go to another node")]
        public static partial void Cut(ILogger logger, string node);
    }
}

internal static class NodeWatch
{
    /// <summary>After the node was picked.</summary>
    public static void UseNodeWatch(this IReverseProxyApplicationBuilder proxy)
    {
        var monitor = proxy.ApplicationServices.GetRequiredService<NodeMonitor>();
        proxy.Use(async (context, next) =>
        {
            if (!context.IsForEvents() || context.GetReverseProxyFeature() is not { AvailableDestinations: [var node] } request)
            {
                await next(context);
                return;
            }

            using var cut = monitor.WhileUp(request.Cluster.Config.ClusterId, node.DestinationId).Register(static state => ((HttpContext)state!).Abort(), context);
            await next(context);
        });
    }
}
