using System.Text;
using System.Threading.Channels;
using IntraMessenger.Launcher;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Central.Tests.Infrastructure;

/// <summary>A real small web server where a gateway expects a node.</summary>
internal sealed class StandInNode(WebApplication app, string name, string url) : IAsyncDisposable
{
    private bool _stopped;

    public string Name => name;

    public string Url => url;

    public bool IsWell { get; set; } = true;

    /// <summary>What an API call waits for: never, where the node stands still.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>What an open stream sends next.</summary>
    public Channel<string> Stream { get; } = Channel.CreateUnbounded<string>();

    public static async Task<StandInNode> StartAsync(string name, int? port = null)
    {
        var url = $"http://127.0.0.1:{port ?? FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        // As a node does: each character is one byte.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.RequestHeaderEncodingSelector = kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1);
        var app = builder.Build();
        var node = new StandInNode(app, name, url);
        app.MapGet("/health/ready", () => Results.StatusCode(node.IsWell ? 200 : 503));
        app.MapGet("/{prefix}/who", () => name);
        app.MapPost("/{prefix}/echo", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        app.MapGet("/{prefix}/headers", (HttpRequest request) => Results.Json(request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        app.MapGet("/{prefix}/said", (HttpContext context) => context.Response.Headers["X-Said"] = context.Request.Headers["X-Said"]);
        app.MapGet("/{prefix}/no", () => Results.StatusCode(418));
        app.Map("/{prefix}/api/v1/{**rest}", (HttpContext context) => node.Answers.WaitAsync(context.RequestAborted));
        app.MapGet("/{prefix}/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await foreach (var text in node.Stream.Reader.ReadAllAsync(context.RequestAborted)) await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        });
        await app.StartAsync();
        return node;
    }

    /// <summary>Nobody listens any more, and open connections are cut.</summary>
    public async Task DieAsync()
    {
        _stopped = true;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped) await DieAsync();
    }
}
