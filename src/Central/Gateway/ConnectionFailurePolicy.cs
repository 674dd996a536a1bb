using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for turning away from a node at the first request that did not reach it or that it left without an answer, before its probes fail.</summary>
internal sealed class ConnectionFailurePolicy(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ConnectionFailure";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        // A client that went away, or whose body breaks off, says nothing about the node: these have errors of their own.
        if (context.GetForwarderErrorFeature() is not { Error: ForwarderError.Request or ForwarderError.RequestTimedOut } failure || !NodeFailure.IsOfNode(failure.Exception)) return;
        var pause = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(3);
        health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, pause);
    }
}
