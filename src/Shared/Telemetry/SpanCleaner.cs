using System.Diagnostics;
using OpenTelemetry;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Responsible for what spans of others may tell. Addresses hold ids of people and what they search for, host names what a client wrote:
/// only what is listed here leaves the program.
/// </summary>
internal sealed class SpanCleaner : BaseProcessor<Activity>
{
    private static readonly HashSet<string> Allowed =
    [
        "http.request.method", "http.route", "http.response.status_code", "url.scheme", "server.port", "network.protocol.version", "error.type", SpanDetails.Refusal,
        "proxy.route_id", "proxy.cluster_id", "proxy.destination_id",
    ];

    public override void OnEnd(Activity data)
    {
        data.TraceStateString = null;
        if (data.Source.Name == Tracing.SourceName) return;
        foreach (var (key, _) in data.TagObjects.ToArray())
        {
            if (!Allowed.Contains(key)) data.SetTag(key, null);
        }
    }
}
