using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

internal sealed class GatewayMetrics : IMetrics
{
    private readonly IProxyStateLookup _proxy;

    public GatewayMetrics(IMeterFactory factory, IProxyStateLookup proxy)
    {
        _proxy = proxy;
        factory.CreateMeter().CreateObservableGauge(
            "intramessenger.gateway.destinations", Observe, "{node}", "Nodes of the policy set that this gateway believes to be well.");
    }

    private IEnumerable<Measurement<long>> Observe() => _proxy.GetClusters().Select(cluster => new Measurement<long>(
        cluster.DestinationsState.AllDestinations.Count(IsWell), new KeyValuePair<string, object?>("policy_set", cluster.ClusterId)));

    private static bool IsWell(DestinationState node) => node.Health is { Active: not DestinationHealth.Unhealthy, Passive: not DestinationHealth.Unhealthy };
}
