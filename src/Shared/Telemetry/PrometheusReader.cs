using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for what <c>/metrics</c> answers: collected when somebody asks, for one after the other.</summary>
internal sealed class PrometheusReader() : BaseExportingMetricReader(new TextExporter())
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Null where too many ask at once, or where the program is stopping.</summary>
    public async Task<byte[]?> ScrapeAsync(CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(Patience, cancellation)) return null;
        try
        {
            var text = (TextExporter)exporter;
            return text.Collect?.Invoke((int)Patience.TotalMilliseconds) == true ? text.Text : null;
        }
        finally
        {
            _one.Release();
        }
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class TextExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public Func<int, bool>? Collect { get; set; }

        public byte[] Text { get; private set; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new PrometheusText().AddTarget(ParentProvider.GetResource().Attributes);
            foreach (var metric in batch) text.Add(metric);
            Text = text.ToBytes();
            return ExportResult.Success;
        }
    }
}
