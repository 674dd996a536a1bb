using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Leaving;

internal sealed class LeavingMetrics : IMetrics
{
    public LeavingMetrics(IMeterFactory factory, Drain drain, ICommonTags tags) =>
        factory.CreateMeter().CreateGauge("intramessenger.draining", null, "1 while this node lets its people go and takes no new clients, else 0.", tags, () => drain.IsOn ? 1 : 0);
}
