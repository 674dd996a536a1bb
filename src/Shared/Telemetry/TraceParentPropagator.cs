using System.Diagnostics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Responsible for what travels with a request for the sake of its trace: <c>traceparent</c> and nothing else. What a client writes into
/// the other headers goes no further.
/// </summary>
/// <param name="extracts">Whether callers are believed at all: not at the gateway, where traces begin.</param>
internal sealed class TraceParentPropagator(bool extracts) : DistributedContextPropagator
{
    private const string Header = "traceparent";

    /// <summary>All that may carry a trace; the proxy leaves these out of what it passes on.</summary>
    public static readonly string[] Headers = [Header, "tracestate", "baggage", "Correlation-Context", "Request-Id"];

    public override IReadOnlyCollection<string> Fields => Headers;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) setter?.Invoke(carrier, Header, id);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        if (extracts) getter?.Invoke(carrier, Header, out traceId, out _);
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
