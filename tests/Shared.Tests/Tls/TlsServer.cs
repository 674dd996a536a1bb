using System.Text.Json;
using System.Threading.Channels;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using IntraMessenger.Shared.Tls;
using IntraMessenger.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>A program as ours are, with both ports behind a certificate of its own authority, in a folder of its own.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    /// <summary>Looks come twenty times as fast.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, dueTime / 20, period / 20);
    }

    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;

    private TlsServer(TestAuthority authority, DirectoryInfo folder, WebApplication app, int port, int management) =>
        (Authority, _folder, _app, Port, Management) = (authority, folder, app, port, $"https://127.0.0.1:{management}");

    public TestAuthority Authority { get; }

    public int Port { get; }

    /// <summary>The address of its public port.</summary>
    public string Address => $"https://127.0.0.1:{Port}";

    public string Management { get; }

    public string Certificate => Path.Combine(_folder.FullName, "server.pem");

    public string Key => Path.Combine(_folder.FullName, "server.key");

    /// <summary>What its open stream sends next.</summary>
    public Channel<string> Stream { get; } = Channel.CreateUnbounded<string>();

    public ClusterTrust Trust => _app.Services.GetRequiredService<ClusterTrust>();

    public HttpClient Client() => new(Authority.Handler()) { Timeout = TimeSpan.FromSeconds(10) };

    public static Task<TlsServer> StartAsync(params string[] names) => StartAsync(new TestAuthority(), (authority, folder) => authority.Write(folder, names is [] ? ["127.0.0.1", "localhost"] : names));

    /// <param name="write">Writes the files into a folder, and answers where they are.</param>
    public static async Task<TlsServer> StartAsync(TestAuthority authority, Func<TestAuthority, string, (string Certificate, string Key)> write)
    {
        var folder = Directory.CreateTempSubdirectory("im-tls-");
        var (certificate, key) = write(authority, folder.FullName);
        var (port, management) = (FreePort.Next(), FreePort.Next());
        var builder = HostingDefaults.CreateBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("tls:certificate", certificate), new("tls:key", key)]);
        builder.Services.AddSingleton<TimeProvider>(new HurriedTime());
        builder.AddTelemetry(new ProgramIdentity("test", "one"), continuesTraces: true);
        builder.Listen($"https://127.0.0.1:{port}", $"https://127.0.0.1:{management}", allowClearText: false, builder.AddTls());
        var app = builder.Build();
        app.UseRouting();
        app.UsePortSeparation();
        var server = new TlsServer(authority, folder, app, port, management);
        app.MapGet("/", () => "hello");
        app.MapGet("/stream", async context =>
        {
            await foreach (var text in server.Stream.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
                await context.Response.Body.FlushAsync();
            }
        });
        app.MapHealth();
        app.MapMetrics();
        await app.StartAsync();
        return server;
    }

    /// <summary>Who a new connection is shown.</summary>
    public Task<string> ShownAsync() => Handshake.ShownAsync(Port);

    public async Task<JsonElement> FactsAsync()
    {
        using var client = Client();
        using var health = JsonDocument.Parse(await client.GetStringAsync($"{Management}/health/ready"));
        return health.RootElement.GetProperty("facts").EnumerateArray().Single().GetProperty("tls").Clone();
    }

    public async Task<Scrape> ScrapeAsync()
    {
        using var client = Client();
        return await Scrape.OfAsync(Management, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
