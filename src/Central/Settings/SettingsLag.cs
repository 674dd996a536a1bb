using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for how long nodes take to have the newest settings in force, as their heartbeats tell it.</summary>
internal sealed class SettingsLag : IMetrics
{
    private readonly ConcurrentDictionary<int, (string? Applied, DateTimeOffset? BehindSince)> _nodes = new();
    private readonly SettingsService _settings;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _durations;

    public SettingsLag(IMeterFactory factory, SettingsService settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        var meter = factory.CreateMeter();
        _durations = meter.CreateDurations("intramessenger.settings.apply.duration", "From this control's reading of a change until a node said that it is in force there.",
            [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]);
    }

    /// <summary>Since when a node is known to be without the newest settings; null while it has them, or before its first heartbeat here.</summary>
    public DateTimeOffset? BehindSince(int nodeId) => _nodes.GetValueOrDefault(nodeId).BehindSince;

    /// <summary>A node told which settings it applies.</summary>
    public void Heard(EnrolledNode node, Heartbeat heartbeat)
    {
        if (_settings.Current is not { } current || _settings.Wanted(node.Id, node.Name, node.PolicySetId, heartbeat.Catalogue) is not var (wanted, _)) return;
        var applied = heartbeat.AppliedETag;
        var known = _nodes.GetValueOrDefault(node.Id);
        if (applied == wanted)
        {
            // What it had in force already when this control began is no change.
            if (known.Applied is not null && known.Applied != applied) _durations.Record((_time.GetUtcNow() - (known.BehindSince ?? current.TakenAt)).TotalSeconds);
            _nodes[node.Id] = (applied, null);
        }
        else
        {
            _nodes[node.Id] = (applied, known.BehindSince ?? current.TakenAt);
        }
    }

    /// <summary>What the store has of a node that was heard here once: it may have caught up where another control hears it.</summary>
    public void Known(int nodeId, string name, int policySetId, Heartbeat facts)
    {
        if (_nodes.ContainsKey(nodeId) && _settings.Wanted(nodeId, name, policySetId, facts.Catalogue) is var (wanted, _) && facts.AppliedETag == wanted) _nodes[nodeId] = (wanted, null);
    }
}
