using System.Diagnostics.Metrics;
using System.Text;
using IntraMessenger.Shared.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace IntraMessenger.Shared.Tests.Telemetry;

/// <summary>What <c>/metrics</c> says of instruments that were really used.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new($"test {Guid.NewGuid()}");
    private readonly PrometheusReader _reader = new();
    private readonly MeterProvider _provider;

    public PrometheusTextTests() => _provider = Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([new("service.name", "a \"service\"\\\n")]))
        .AddMeter(_meter.Name).AddReader(_reader).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private const string Target = """
        # HELP target_info What this program is.
        # TYPE target_info gauge
        target_info{service_name="a \"service\"\\\n"} 1

        """;

    private async Task ShouldTellAsync(string expected) => Encoding.UTF8.GetString((await _reader.ScrapeAsync(default))!).ShouldBe(Target + expected);

    [Fact]
    public async Task Counter_HasItsSuffixAndEscapedLabels()
    {
        var counter = _meter.CreateCounter<long>("things.done", "{thing}", "What was \\ done,\nall of it.");
        counter.Add(2, new KeyValuePair<string, object?>("of.kind", "a \"b\"\\\nc"), new KeyValuePair<string, object?>("no", null));
        counter.Add(3, new KeyValuePair<string, object?>("of.kind", "a \"b\"\\\nc"), new KeyValuePair<string, object?>("no", null));
        counter.Add(1);
        await ShouldTellAsync("""
            # HELP things_done_total What was \\ done,\nall of it.
            # TYPE things_done_total counter
            things_done_total 1
            things_done_total{no="",of_kind="a \"b\"\\\nc"} 5

            """);
    }

    [Fact]
    public async Task Histogram_IsCumulativeUpToInfinity()
    {
        var histogram = _meter.CreateHistogram<double>("wait", "s", "", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.25, 10] });
        foreach (var value in new[] { 0.0005, 0.001, 0.125, 0.125, 60 }) histogram.Record(value, new KeyValuePair<string, object?>("set", "a"));
        await ShouldTellAsync("""
            # TYPE wait_seconds histogram
            wait_seconds_bucket{set="a",le="0.001"} 2
            wait_seconds_bucket{set="a",le="0.25"} 4
            wait_seconds_bucket{set="a",le="10"} 4
            wait_seconds_bucket{set="a",le="+Inf"} 5
            wait_seconds_sum{set="a"} 60.2515
            wait_seconds_count{set="a"} 5

            """);
    }

    [Fact]
    public async Task Gauge_ThatHasNoValueAnyMore_IsNotShownWithItsLast()
    {
        double? value = 7.5;
        _meter.CreateGauge("people", "{user}", "", null, () => value);
        await ShouldTellAsync("""
            # TYPE people gauge
            people 7.5

            """);
        value = null;
        await ShouldTellAsync("");
    }

    [Fact]
    public async Task Values_ThatAreNoNumbers_AreWrittenAsPrometheusReadsThem()
    {
        _meter.CreateObservableGauge("odd", () => new Measurement<double>[]
        {
            new(double.PositiveInfinity, new KeyValuePair<string, object?>("v", 1)), new(double.NegativeInfinity, new KeyValuePair<string, object?>("v", 2)),
            new(double.NaN, new KeyValuePair<string, object?>("v", 3)), new(1e-7, new KeyValuePair<string, object?>("v", true)),
        });
        await ShouldTellAsync("""
            # TYPE odd gauge
            odd{v="1"} +Inf
            odd{v="2"} -Inf
            odd{v="3"} NaN
            odd{v="true"} 1E-07

            """);
    }

    [Fact]
    public async Task Names_ThatComeToTheSame_AreOneFamily()
    {
        _meter.CreateObservableGauge("same.name", () => 1);
        _meter.CreateObservableGauge("same-name", () => 2);
        await ShouldTellAsync("""
            # TYPE same_name gauge
            same_name 1

            """);
    }

    [Fact]
    public async Task Tally_BeforeAnythingWasCounted_Shows0()
    {
        var tally = _meter.CreateTally("sent", "{message}", "", null);
        await ShouldTellAsync("# TYPE sent_total counter\nsent_total 0\n");
        Parallel.For(0, 1_000, _ => tally.Add(2));
        await ShouldTellAsync("# TYPE sent_total counter\nsent_total 2000\n");
    }

    [Fact]
    public async Task Scrapes_ManyAtOnce_AreEachWhole()
    {
        var counter = _meter.CreateCounter<long>("busy");
        using var over = new CancellationTokenSource();
        var counting = Task.Run(() =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++) counter.Add(1, new KeyValuePair<string, object?>("i", i % 100));
        });
        var texts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _reader.ScrapeAsync(default))));
        await over.CancelAsync();
        await counting;
        texts.ShouldAllBe(text => text != null && text.Length > 0 && text.Last() == '\n');
    }

    [Fact]
    public async Task Scrape_AfterTheEnd_IsNone()
    {
        _provider.Dispose();
        (await _reader.ScrapeAsync(default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds")]
    [InlineData("process.memory", "By", "gauge", "process_memory_bytes")]
    [InlineData("allocated.bytes", "By", "counter", "allocated_bytes")]
    [InlineData("speed", "By/s", "gauge", "speed_bytes_per_second")]
    [InlineData("speed", "{message}/min", "gauge", "speed_per_minute")]
    [InlineData("load", "1", "gauge", "load_ratio")]
    [InlineData("all", "1", "counter", "all")]
    [InlineData("jobs_total", "{job}", "counter", "jobs")]
    [InlineData("2nd..try-é", "", "gauge", "_2nd_try_")]
    [InlineData("odd", "foo bar", "gauge", "odd_foo_bar")]
    public void Name_FollowsTheSpecification(string name, string unit, string type, string expected) => PrometheusText.Name(name, unit, type).ShouldBe(expected);
}
