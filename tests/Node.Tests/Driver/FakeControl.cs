using System.Text.Json;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>Says to one node what a test wants it to hear.</summary>
internal sealed class FakeControl : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (byte[] Content, string ETag)? _current;

    public FakeControl(string? url = null)
    {
        Url = url ?? $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url);
        _app = builder.Build();
        _app.MapGet(ClusterRoutes.Settings, (RequestDelegate)GetAsync);
        _app.MapPost(ClusterRoutes.SettingsReport, (RequestDelegate)ReportAsync);
        _app.MapPost(ClusterRoutes.Heartbeat, (RequestDelegate)HearAsync);
    }

    public string Url { get; }

    public Heartbeat? LastHeartbeat { get; private set; }

    /// <summary>What the node told last of the settings that it applies.</summary>
    public SettingsReport? LastReport { get; private set; }

    /// <summary>A heartbeat that says that the node drains is not answered before.</summary>
    public Task KnowsOfDrain { get; set; } = Task.CompletedTask;

    /// <summary>What it answers to heartbeats; with null nothing, as older ones do.</summary>
    public bool? Drain { get; set; }

    public Task StartAsync() => _app.StartAsync();

    /// <summary>From now on this is the node's document; its ETag.</summary>
    public string Say(SettingsDocument document) => Say(JsonSerializer.SerializeToUtf8Bytes(document, Json.Options));

    /// <param name="content">The document as it goes over the wire, which may be none.</param>
    /// <param name="etag">Its checksum where null.</param>
    public string Say(byte[] content, string? etag = null)
    {
        etag ??= DocumentTag.Of(content);
        _current = (content, etag);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return etag;
    }

    private async Task GetAsync(HttpContext context)
    {
        var changed = _changed.Task;
        if (_current is null || context.Request.Headers.IfNoneMatch == _current.Value.ETag)
            await Task.WhenAny(changed, Task.Delay(TimeSpan.FromSeconds(int.Parse(context.Request.Query["wait"]!)), context.RequestAborted));
        if (_current is not var (content, etag) || context.Request.Headers.IfNoneMatch == etag)
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.Headers.ETag = etag;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(content);
    }

    private async Task ReportAsync(HttpContext context)
    {
        LastReport = await JsonSerializer.DeserializeAsync<SettingsReport>(context.Request.Body, Json.Options);
        context.Response.StatusCode = 204;
    }

    private async Task HearAsync(HttpContext context)
    {
        LastHeartbeat = await JsonSerializer.DeserializeAsync<Heartbeat>(context.Request.Body, Json.Options);
        if (LastHeartbeat is { Draining: true }) await KnowsOfDrain;
        if (Drain is { } drain) await context.Response.WriteAsJsonAsync(new HeartbeatAnswer(drain), Json.Options);
        else context.Response.StatusCode = 204;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
