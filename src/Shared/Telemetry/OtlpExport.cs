using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for how all signals are sent: where to, and how long a receiver that says nothing is waited for.</summary>
internal static class OtlpExport
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static BaseProcessor<LogRecord> Logs(Uri endpoint, TelemetryOptions options, Func<ExportWatch> watch)
    {
        var exporter = new OtlpExporterOptions();
        exporter.To(endpoint, options, watch);
        return new BatchLogRecordExportProcessor(new OtlpLogExporter(exporter), scheduledDelayMilliseconds: 2_000);
    }

    public static void To(this OtlpExporterOptions exporter, Uri endpoint, TelemetryOptions options, Func<ExportWatch> watch)
    {
        exporter.Endpoint = endpoint;
        exporter.Protocol = options.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (options.Headers is { } headers) exporter.Headers = headers;
        exporter.TimeoutMilliseconds = (int)Patience.TotalMilliseconds;
        exporter.HttpClientFactory = () => ExportWatch.CreateClient(watch);
    }
}
