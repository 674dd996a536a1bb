using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Section <c>telemetry</c> of a program's local file: where traces, metrics and logs go. What the file does not say, the standard
/// environment variables <c>OTEL_...</c> do; with neither, nothing is sent.
/// </summary>
public sealed class TelemetryOptions
{
    internal const string Grpc = "grpc";
    internal const string HttpProtobuf = "httpProtobuf";

    /// <summary>An OTLP receiver, such as <c>http://127.0.0.1:4318</c>.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>httpProtobuf</c> (usually port 4318) or <c>grpc</c> (usually port 4317).</summary>
    public string? Protocol { get; set; }

    /// <summary>Sent along with everything: <c>name=value,name=value</c>. May be a secret: never logged.</summary>
    public string? Headers { get; set; }

    /// <summary>Which part of all traces is kept, from 0 to 1.</summary>
    public double? TraceRatio { get; set; }

    /// <summary>How often metrics are sent.</summary>
    public double? MetricIntervalSeconds { get; set; }

    /// <summary>What this program is called where several of its kind run; a node has its name.</summary>
    public string? Instance { get; set; }

    private Func<string, string?> _environment = _ => null;

    internal bool IsGrpc => Protocol == Grpc;

    internal double Ratio => TraceRatio ?? 1;

    internal int MetricIntervalMilliseconds => (int)((MetricIntervalSeconds ?? 15) * 1000);

    /// <summary>Where a signal (<c>traces</c>, <c>metrics</c>, <c>logs</c>) goes; null where nobody wants it.</summary>
    internal Uri? EndpointOf(string signal)
    {
        var own = signal.ToUpperInvariant();
        if (_environment($"OTEL_{own}_EXPORTER") == "none" || _environment("OTEL_SDK_DISABLED") is "true") return null;
        if (OtlpEndpoint is not null) return Below(OtlpEndpoint, signal);
        if (_environment($"OTEL_EXPORTER_OTLP_{own}_ENDPOINT") is { } ofSignal) return new Uri(ofSignal);
        return _environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { } ofAll ? Below(ofAll, signal) : null;
    }

    /// <summary>What the file says, completed by the environment; what is wrong with it goes to <paramref name="errors"/>.</summary>
    public static TelemetryOptions Read(IConfiguration configuration, ICollection<string> errors) => Read(configuration, Environment.GetEnvironmentVariable, errors);

    internal static TelemetryOptions Read(IConfiguration configuration, Func<string, string?> environment, ICollection<string> errors)
    {
        var options = new TelemetryOptions();
        try
        {
            configuration.GetSection("telemetry").Bind(options);
        }
        catch (InvalidOperationException e)
        {
            errors.Add(e.Message);
        }

        options._environment = name => environment(name) is { Length: > 0 } value ? value : null;
        options.Complete(errors);
        options.Judge(errors);
        return options;
    }

    private void Complete(ICollection<string> errors)
    {
        Headers ??= _environment("OTEL_EXPORTER_OTLP_HEADERS");
        Protocol ??= _environment("OTEL_EXPORTER_OTLP_PROTOCOL") switch { null or "http/protobuf" => HttpProtobuf, var other => other };
        TraceRatio ??= Number("OTEL_TRACES_SAMPLER_ARG", errors);
        MetricIntervalSeconds ??= Number("OTEL_METRIC_EXPORT_INTERVAL", errors) / 1000;
    }

    private void Judge(ICollection<string> errors)
    {
        if (OtlpEndpoint is "") OtlpEndpoint = null;
        JudgeAddress("telemetry.otlpEndpoint", OtlpEndpoint, errors);
        foreach (var name in new[] { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" })
            JudgeAddress(name, _environment(name), errors);
        if (Protocol is not (Grpc or HttpProtobuf))
            errors.Add($"telemetry.protocol is '{Protocol}'; it must be {HttpProtobuf} or {Grpc} (OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf or grpc).");
        if (Ratio is not (>= 0 and <= 1)) errors.Add($"telemetry.traceRatio is {Text(Ratio)}; it must be from 0 (no traces) to 1 (all).");
        if (MetricIntervalSeconds is not (null or >= 1 and <= 3600)) errors.Add($"telemetry.metricIntervalSeconds is {Text(MetricIntervalSeconds)}; it must be from 1 to 3600.");
        if (Headers is not null && !Headers.Split(',').All(header => header.IndexOf('=') > 0)) errors.Add("telemetry.headers cannot be read; write name=value,name=value.");
        if (Instance is { Length: 0 or > 100 }) errors.Add("telemetry.instance must have 1 to 100 characters.");
    }

    private static void JudgeAddress(string name, string? address, ICollection<string> errors)
    {
        if (address is null || Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0) return;
        errors.Add($"{name} is '{address}'; it must be an address such as http://127.0.0.1:4318.");
    }

    private double? Number(string name, ICollection<string> errors)
    {
        if (_environment(name) is not { } text) return null;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var number)) return number;
        errors.Add($"{name} is '{text}'; it must be a number.");
        return null;
    }

    private Uri Below(string address, string signal) => new(IsGrpc ? address : $"{address.TrimEnd('/')}/v1/{signal}");

    private static string Text(double? number) => Convert.ToString(number, CultureInfo.InvariantCulture)!;
}
