using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for the life of what measures and tells: begun with the program, flushed at its end (docs/adr/0007-telemetry.md).</summary>
internal sealed class TelemetryAgent(
    ProgramIdentity program, TelemetryOptions options, PrometheusReader prometheus, ExportWatch watch, IMeterFactory meters, IEnumerable<IMetrics> metrics,
    LoggerProvider? logs = null) : IHostedService, IDisposable
{
    /// <summary>The end of a program does not wait longer for a receiver that is away.</summary>
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1.5);

    private readonly IMetrics[] _metrics = [.. metrics]; // resolving them is what makes them
    private MeterProvider? _meterProvider;
    private TracerProvider? _tracerProvider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var measuring = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(program.Resource())
            .AddMeter([Instruments.MeterName, .. MetricChoice.Meters])
            .AddView(new MetricChoice(meters).View)
            .AddReader(prometheus);
        if (options.EndpointOf("metrics") is { } metricsEndpoint)
        {
            measuring.AddOtlpExporter((exporter, reader) =>
            {
                exporter.To(metricsEndpoint, options, () => watch);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.MetricIntervalMilliseconds;
                reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = (int)OtlpExport.Patience.TotalMilliseconds;
            });
        }

        _meterProvider = measuring.Build();
        if (options.EndpointOf("traces") is { } tracesEndpoint)
        {
            _tracerProvider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(program.Resource())
                .AddSource(Tracing.Sources)
                .SetSampler(new TraceSampler(options.Ratio))
                .AddProcessor(new SpanCleaner())
                .AddOtlpExporter(exporter => exporter.To(tracesEndpoint, options, () => watch))
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <summary>Everything at once, so that the end takes as long as the slowest.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var most = (int)LongestFlush.TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => _tracerProvider?.Shutdown(most), CancellationToken.None),
            Task.Run(() => _meterProvider?.Shutdown(most), CancellationToken.None),
            Task.Run(() => logs?.Shutdown(most), CancellationToken.None));
    }

    public void Dispose()
    {
        _tracerProvider?.Dispose();
        _meterProvider?.Dispose();
    }
}
