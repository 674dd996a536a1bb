using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using IntraMessenger.Launcher;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Cluster.Tests.Telemetry;

internal enum SpanKind
{
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}

/// <param name="Service">The <c>service.name</c>.</param>
/// <param name="Instance">The <c>service.instance.id</c>.</param>
internal sealed record Span(
    string Service, string Instance, string Source, string TraceId, string Id, string ParentId, string Name, SpanKind Kind, ulong Start, ulong End,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<(string TraceId, string SpanId)> Links, bool IsError)
{
    public override string ToString() => $"{Instance} {Kind} '{Name}' {TraceId[..6]} {Id[..6]}<{ParentId.PadRight(6)[..6]} {string.Join(" ", Attributes.Select(tag => $"{tag.Key}={tag.Value}"))}";
}

internal sealed record Point(string Instance, string Metric, IReadOnlyDictionary<string, string> Attributes, double Value, ulong Time);

internal sealed record LogLine(string Service, string Instance, string Body);

/// <summary>A receiver of OTLP over HTTP that keeps everything, also the bytes as they came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app, string address) => (_app, Address) = (app, address);

    public string Address { get; }

    public ConcurrentQueue<byte[]> Bodies { get; } = new();

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentQueue<LogLine> Logs { get; } = new();

    /// <summary>The newest of each series; of a histogram its count.</summary>
    public ConcurrentDictionary<string, Point> Metrics { get; } = new();

    /// <summary>Of a histogram: the sum of its values.</summary>
    public ConcurrentDictionary<string, Point> Sums { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var receiver = new OtlpReceiver(builder.Build(), address);
        receiver.Take("/v1/traces", receiver.TakeSpans);
        receiver.Take("/v1/metrics", receiver.TakeMetrics);
        receiver.Take("/v1/logs", receiver.TakeLogs);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Over all programs, of the series with this attribute.</summary>
    public double Sum(string metric, string? instance = null, string? attribute = null) => Metrics.Values
        .Where(point => point.Metric == metric && (instance is null || point.Instance == instance) && (attribute is null || point.Attributes.Any(tag => $"{tag.Key}={tag.Value}" == attribute)))
        .Sum(point => point.Value);

    public bool Holds(string text) => Bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Take(string path, Action<string, string, Wire> take) => _app.MapPost(path, async (HttpRequest request) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Bodies.Enqueue(body.ToArray());
        foreach (var part in new Wire(body.ToArray()).All(1))
        {
            var resource = Attributes(part.Message.One(1).Message, 1);
            resource["service.namespace"].ShouldBe("intramessenger");
            foreach (var scope in part.Message.All(2)) take(resource["service.name"], resource["service.instance.id"], scope.Message);
        }

        return Results.Bytes([], "application/x-protobuf");
    });

    private void TakeSpans(string service, string instance, Wire scope)
    {
        foreach (var span in scope.All(2).Select(field => field.Message))
        {
            Spans.Enqueue(new Span(
                service, instance, scope.One(1).Message.One(1).Text, span.One(1).Hex, span.One(2).Hex, span.One(4).Hex, span.One(5).Text, (SpanKind)span.One(6).Value,
                span.One(7).Value, span.One(8).Value, Attributes(span, 9), [.. span.All(13).Select(link => (link.Message.One(1).Hex, link.Message.One(2).Hex))],
                span.One(15).Message.One(3).Value == 2));
        }
    }

    private void TakeMetrics(string service, string instance, Wire scope)
    {
        foreach (var metric in scope.All(2).Select(field => field.Message))
        {
            var name = metric.One(1).Text;
            foreach (var point in metric.All(5).Concat(metric.All(7)).SelectMany(data => data.Message.All(1)).Select(field => field.Message))
            {
                var value = point.All(4).Any() ? point.One(4).Double : (long)point.One(6).Value;
                Keep(Metrics, new Point(instance, name, Attributes(point, 7), value, point.One(3).Value));
            }

            foreach (var point in metric.All(9).SelectMany(data => data.Message.All(1)).Select(field => field.Message))
            {
                Keep(Metrics, new Point(instance, name, Attributes(point, 9), point.One(4).Value, point.One(3).Value));
                Keep(Sums, new Point(instance, name, Attributes(point, 9), point.One(5).Double, point.One(3).Value));
            }
        }
    }

    private void TakeLogs(string service, string instance, Wire scope)
    {
        foreach (var record in scope.All(2)) Logs.Enqueue(new LogLine(service, instance, record.Message.One(5).Message.One(1).Text));
    }

    private static void Keep(ConcurrentDictionary<string, Point> points, Point point) =>
        points[$"{point.Instance} {point.Metric} {string.Join(",", point.Attributes.OrderBy(tag => tag.Key, StringComparer.Ordinal))}"] = point;

    private static Dictionary<string, string> Attributes(Wire message, int number) => message.All(number).Select(field => field.Message)
        .ToDictionary(attribute => attribute.One(1).Text, attribute => Value(attribute.One(2).Message));

    private static string Value(Wire any) =>
        any.All(1).Any() ? any.One(1).Text
        : any.All(3).Any() ? ((long)any.One(3).Value).ToString(CultureInfo.InvariantCulture)
        : any.All(4).Any() ? any.One(4).Double.ToString(CultureInfo.InvariantCulture)
        : any.All(2).Any() ? any.One(2).Value.ToString(CultureInfo.InvariantCulture)
        : "";
}
