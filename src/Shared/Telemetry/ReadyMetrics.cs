using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Shared.Telemetry;

internal sealed class ReadyMetrics : IMetrics
{
    public ReadyMetrics(IMeterFactory factory, IEnumerable<IReadiness> checks, ICommonTags? tags = null) =>
        factory.CreateMeter().CreateGauge("intramessenger.ready", null, "1 where /health/ready answers 200, else 0.", tags,
            () => checks.All(check => check.NotReadyBecause is null) ? 1 : 0);
}
