using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Sessions;

internal sealed class SessionMetrics : IMetrics
{
    public SessionMetrics(IMeterFactory factory, PlaceMonitor places, IOptionsMonitor<SessionOptions> options, ICommonTags tags)
    {
        var meter = factory.CreateMeter();
        meter.CreateGauge("intramessenger.users.connected", "{user}", "People who hold a place under the policy set, over all its nodes.", tags, () => places.Taken);
        meter.CreateGauge("intramessenger.users.limit", "{user}", "sessions.maxConnectedUsers as this node applies it; 0 is no limit.", tags,
            () => tags.Tags.Length > 0 ? options.CurrentValue.MaxConnectedUsers : null);
    }
}
