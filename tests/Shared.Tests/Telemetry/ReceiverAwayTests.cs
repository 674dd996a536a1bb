using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using IntraMessenger.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tests.Telemetry;

/// <summary>A receiver that is away, or that stands still, costs a counted loss and nothing else.</summary>
public sealed class ReceiverAwayTests
{
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue($"{eventId.Id} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }

    private static (WebApplication App, string Management, Lines Lines) Build(string endpoint, string protocol)
    {
        var lines = new Lines();
        var management = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = HostingDefaults.CreateBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [new("telemetry:otlpEndpoint", endpoint), new("telemetry:protocol", protocol), new("telemetry:metricIntervalSeconds", "1"), new("telemetry:instance", "one")]);
        builder.Logging.AddProvider(lines);
        builder.AddTelemetry(new ProgramIdentity("test", "one"), continuesTraces: true);
        builder.Listen(null, management, allowClearText: false, tls: null);
        var app = builder.Build();
        app.UseSpanDetails();
        app.MapGet("/hello", () => "hello").OnManagementPort();
        app.MapMetrics();
        return (app, management, lines);
    }

    [Theory]
    [InlineData("httpProtobuf")]
    [InlineData("grpc")]
    public async Task Receiver_ThatIsNotThere_IsToldOnceAndCounted(string protocol)
    {
        var (app, management, lines) = Build($"http://127.0.0.1:{FreePort.Next()}", protocol);
        await app.StartAsync();
        await UseAsync(management);
        await Eventually.HoldsAsync(async () => (await Scrape.OfAsync(management))["intramessenger_telemetry_lost_total"] >= 3, "lost exports", 20);
        lines.All.Count(line => line.StartsWith("1300 ")).ShouldBe(1, string.Join("\n", lines.All));
        (await StopAsync(app)).TotalSeconds.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task Receiver_ThatNeverAnswers_DelaysNeitherRequestsNorTheEnd()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var (app, management, _) = Build($"http://{silent.LocalEndpoint}", "httpProtobuf");
        await app.StartAsync();
        await UseAsync(management);
        await Eventually.HoldsAsync(() => silent.Pending(), "an export", 20);
        var started = TimeProvider.System.GetTimestamp();
        await UseAsync(management);
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(20);
        (await StopAsync(app)).TotalSeconds.ShouldBeLessThan(4);
    }

    private static async Task UseAsync(string management)
    {
        using var http = new HttpClient();
        for (var i = 0; i < 500; i++) (await http.GetStringAsync(management + "/hello")).ShouldBe("hello");
    }

    private static async Task<TimeSpan> StopAsync(WebApplication app)
    {
        var started = TimeProvider.System.GetTimestamp();
        await app.StopAsync();
        await app.DisposeAsync();
        return TimeProvider.System.GetElapsedTime(started);
    }
}
