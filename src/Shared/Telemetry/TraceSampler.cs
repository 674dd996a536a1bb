using System.Diagnostics;
using OpenTelemetry.Trace;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Responsible for what is traced: what people ask for and what follows from it. What programs ask of each other begins no trace, and what
/// is held for minutes has none.
/// </summary>
internal sealed class TraceSampler(double ratio) : Sampler
{
    private static readonly SamplingResult No = new(SamplingDecision.Drop);
    private static readonly SamplingResult Yes = new(SamplingDecision.RecordAndSample);

    private readonly TraceIdRatioBasedSampler _ratio = new(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters parameters)
    {
        var parent = parameters.ParentContext;
        var hasParent = parent.TraceId != default;
        if (hasParent && !parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)) return No;
        if (hasParent && !parent.IsRemote) return Yes;
        if (parameters.Kind == ActivityKind.Server && PathOf(parameters) is { } path && !IsWorthATrace(path, hasParent)) return No;
        if (!hasParent && parameters.Kind != ActivityKind.Server) // polls, heartbeats and probes of our own; or a batch
            return parameters.Links?.Any(link => link.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)) == true ? Yes : No;
        // By the trace's id, so that every program decides the same. Gateways make that id themselves, and nodes believe trusted proxies only.
        return _ratio.ShouldSample(parameters);
    }

    private static bool IsWorthATrace(string path, bool hasParent) =>
        !path.EndsWith("/api/v1/events", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWith("/health/", StringComparison.OrdinalIgnoreCase)
        && !path.Equals("/metrics", StringComparison.OrdinalIgnoreCase)
        && (hasParent || !path.StartsWith("/cluster/", StringComparison.OrdinalIgnoreCase));

    private static string? PathOf(in SamplingParameters parameters)
    {
        foreach (var (key, value) in parameters.Tags ?? [])
        {
            if (key == "url.path") return value as string;
        }

        return null;
    }
}
