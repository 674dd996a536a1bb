using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for which of .NET's measurements are worth telling, and for attributes of a bounded number of values.</summary>
internal sealed class MetricChoice(IMeterFactory ours)
{
    public static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private static readonly HashSet<string> OfRuntime =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size", "dotnet.monitor.lock_contentions", "dotnet.exceptions",
    ];

    // Without server.address: through the gateway that is whatever name a client used.
    private static readonly MetricStreamConfiguration OfHttpClient = new()
    {
        TagKeys = ["http.request.method", "http.response.status_code", "error.type", "server.port", "network.protocol.version", "http.connection.state"],
    };

    public MetricStreamConfiguration? View(Instrument instrument) => instrument.Meter switch
    {
        // Meters are found by name, over the whole process: those of another host in it are not ours to tell.
        { Scope: IMeterFactory other } when !ReferenceEquals(other, ours) => MetricStreamConfiguration.Drop,
        { Name: "System.Runtime" } when !OfRuntime.Contains(instrument.Name) => MetricStreamConfiguration.Drop,
        { Name: "System.Net.Http" } => instrument.Name is "http.client.request.duration" or "http.client.open_connections" ? OfHttpClient : MetricStreamConfiguration.Drop,
        _ => null,
    };
}
