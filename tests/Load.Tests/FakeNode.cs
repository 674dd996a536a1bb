using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using IntraMessenger.Launcher;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Load.Tests;

/// <summary>A node as far as a load client sees one, that can be told to fail. The token of a person is their account's id.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Channel<string>, bool> _streams = [];
    private readonly ConcurrentDictionary<long, long> _lastSeqs = [];
    private readonly WebApplication _app;

    private FakeNode(WebApplication app) => _app = app;

    public Uri Address => new($"{_app.Urls.First()}/a");

    /// <summary>What a send is answered, and an event request.</summary>
    public int SendStatus { get; set; } = 201;

    public int EventStatus { get; set; } = 200;

    /// <summary>Whether those who listen are told of messages.</summary>
    public bool IsTelling { get; set; }

    public static async Task<FakeNode> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}");
        var node = new FakeNode(builder.Build());
        node._app.MapGet("/a/api/v1/events", node.EventsAsync);
        node._app.MapPost("/a/api/v1/conversations/{id:long}/messages", node.SendAsync);
        await node._app.StartAsync();
        return node;
    }

    public void CutStreams()
    {
        foreach (var stream in _streams.Keys) stream.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        CutStreams();
        await _app.DisposeAsync();
    }

    private async Task EventsAsync(HttpContext context)
    {
        context.Response.StatusCode = EventStatus;
        if (EventStatus != 200) return;
        var stream = Channel.CreateUnbounded<string>();
        _streams[stream] = true;
        try
        {
            await context.Response.WriteAsync("id: 5.7.1.0\n\n");
            await foreach (var item in stream.Reader.ReadAllAsync(context.RequestAborted)) await context.Response.WriteAsync(item);
        }
        catch (OperationCanceledException)
        {
            // the client has gone
        }
        finally
        {
            _streams.TryRemove(stream, out _);
        }
    }

    private IResult SendAsync(HttpContext context, long id, JsonElement message)
    {
        if (SendStatus != 201) return Results.StatusCode(SendStatus);
        var from = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        lock (_lastSeqs)
        {
            var seq = _lastSeqs.AddOrUpdate(id, 1, (_, last) => last + 1);
            var data = JsonSerializer.Serialize(new { conversationId = $"{id}", seq, kind = "text", from, text = message.GetProperty("text").GetString() });
            if (!IsTelling) return Results.Json(new { seq }, statusCode: 201);
            foreach (var stream in _streams.Keys) stream.Writer.TryWrite($"id: 5.7.{seq}.0\nevent: message\ndata: {data}\n\n");
            return Results.Json(new { seq }, statusCode: 201);
        }
    }
}
