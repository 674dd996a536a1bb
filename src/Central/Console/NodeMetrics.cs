using System.Diagnostics.Metrics;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Central.Console;

/// <summary>The console's list of nodes, counted.</summary>
internal sealed class NodeMetrics : IMetrics
{
    private readonly DirectoryService _directory;
    private readonly SettingsService _settings;
    private readonly SettingsLag _lag;
    private readonly TimeProvider _time;

    public NodeMetrics(IMeterFactory factory, DirectoryService directory, SettingsService settings, SettingsLag lag, TimeProvider time)
    {
        (_directory, _settings, _lag, _time) = (directory, settings, lag, time);
        var meter = factory.CreateMeter();
        meter.CreateObservableGauge("intramessenger.nodes", Nodes, "{node}", "Enrolled nodes by policy set and state: live, draining or down.");
        meter.CreateObservableGauge("intramessenger.settings.behind", Behind, "s", "For how long a live node of the policy set has been without the newest settings, the longest of them; 0 where all have them.");
        meter.CreateObservableGauge("intramessenger.settings.refused", Refused, "{node}", "Live nodes that refuse the newest settings or have others in force.");
    }

    private IEnumerable<Measurement<double>> Behind() =>
        from ofSet in BySet()
        let since = _directory.Fresh!.Nodes.Values.Where(node => node.IsAlive && ofSet.Nodes.Any(item => item.Name == node.Name)).Select(node => _lag.BehindSince(node.Id)).Min()
        select new Measurement<double>(since is { } begun ? (_time.GetUtcNow() - begun).TotalSeconds : 0, new KeyValuePair<string, object?>("policy_set", ofSet.Key));

    // Zeros too: a state that nobody is in must not look like one that nobody knows.
    private IEnumerable<Measurement<long>> Nodes() =>
        from ofSet in BySet()
        from state in new[] { "live", "draining", "down" }
        select new Measurement<long>(ofSet.Nodes.Count(node => State(node) == state), new("policy_set", ofSet.Key), new("state", state));

    private IEnumerable<Measurement<long>> Refused() =>
        BySet().Select(ofSet => new Measurement<long>(ofSet.Nodes.Count(node => node is { Alive: true, UpToDate: false }), new KeyValuePair<string, object?>("policy_set", ofSet.Key)));

    private IEnumerable<(string Key, NodeItem[] Nodes)> BySet()
    {
        if (_directory.Fresh is not { } current) return [];
        var nodes = NodeEndpoints.Items(current, _settings).ToLookup(node => node.PolicySet);
        return current.Sets.Select(set => (set.Key, nodes[set.Key].ToArray()));
    }

    private static string State(NodeItem node) => !node.Alive ? "down" : node.Draining ? "draining" : "live";
}
