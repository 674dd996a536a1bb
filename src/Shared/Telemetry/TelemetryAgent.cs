using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for the life of what measures and tells: begun with the program, flushed at its end (docs/adr/0007-telemetry.md).</summary>
internal sealed class TelemetryAgent(ProgramIdentity program, PrometheusReader prometheus, IMeterFactory meters, IEnumerable<IMetrics> metrics) : IHostedService, IDisposable
{
    private readonly IMetrics[] _metrics = [.. metrics]; // resolving them is what makes them
    private MeterProvider? _meterProvider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meterProvider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter([Instruments.MeterName, .. MetricChoice.Meters])
            .AddView(new MetricChoice(meters).View)
            .AddReader(prometheus)
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meterProvider?.Dispose();

    private ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(program.Service, "intramessenger", ProgramIdentity.Version, autoGenerateServiceInstanceId: false, program.Instance)
        .AddEnvironmentVariableDetector();
}
