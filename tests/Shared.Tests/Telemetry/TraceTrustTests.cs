using System.Diagnostics;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tests.Telemetry;

/// <summary>Whose traces a program goes on with.</summary>
public sealed class TraceTrustTests
{
    private const string Chosen = "00000000000000000000000000000001";

    [Theory]
    [InlineData(true, true, Chosen, true)]
    [InlineData(true, false, Chosen, false)]
    [InlineData(false, true, null, true)]
    public async Task Request_WithATrace_IsRecordedUnderIt_OnlyWhereItsCallerIsTrusted(bool continues, bool trusted, string? trace, bool recorded)
    {
        var management = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = HostingDefaults.CreateBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("telemetry:otlpEndpoint", $"http://127.0.0.1:{FreePort.Next()}")]);
        builder.Logging.ClearProviders();
        builder.AddTelemetry(new ProgramIdentity("test", "one"), continues);
        builder.Listen(null, management, allowClearText: false, tls: null);
        await using var app = builder.Build();
        app.UseTraceTrust(_ => trusted);
        app.MapGet("/hello", () => $"{Activity.Current?.TraceId} {Activity.Current?.Recorded}").OnManagementPort();
        await app.StartAsync();

        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Get, management + "/hello") { Headers = { { "traceparent", $"00-{Chosen}-0000000000000001-01" } } };
        using var response = await http.SendAsync(request);
        var answer = (await response.Content.ReadAsStringAsync()).Split(' ');
        answer[1].ShouldBe(recorded.ToString());
        if (trace is not null) answer[0].ShouldBe(trace);
        else answer[0].ShouldNotBe(Chosen);
        await app.StopAsync();
    }
}
