using System.Collections.Concurrent;
using System.Net;
using IntraMessenger.Shared.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Launcher.Lines;

/// <summary>What becomes of a signal on its way to a node.</summary>
public enum SignalFate
{
    PassedOn,
    /// <summary>Answered with an error and not passed on.</summary>
    Refused,
    /// <summary>Answered as if it had been taken, and not passed on.</summary>
    Swallowed,
    /// <summary>Neither passed on nor answered.</summary>
    Unanswered,
    Repeated,
    /// <summary>Answered at once, passed on 3 s later.</summary>
    Delayed,
}

/// <summary>
/// Responsible for standing before the management ports of nodes: what other nodes signal passes here. Whatever else is asked there passes
/// too, untouched.
/// </summary>
public sealed class SignalRelay : IAsyncDisposable
{
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentDictionary<string, SignalFate> _fates = [];
    private readonly ConcurrentDictionary<string, (string Address, WebApplication Door)> _doors = [];
    private readonly CancellationTokenSource _end = new();
    private long _touched;

    /// <summary>Signals (bodies, each with many changes perhaps) that were not simply passed on.</summary>
    public long Touched => Volatile.Read(ref _touched);

    /// <summary>What the node with this management address is to advertise instead.</summary>
    public string AddressOf(string management) => _doors[management].Address;

    public async Task StandBeforeAsync(string management)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var door = builder.Build();
        door.Run(context => context.Request.Path == ClusterRoutes.Signals ? SignalAsync(context, management) : PassOnAsync(context, management));
        await door.StartAsync();
        _doors[management] = (address, door);
    }

    /// <summary>From now on, for signals to all nodes, or to the one with this management address only.</summary>
    public void Set(SignalFate fate, string? management = null)
    {
        foreach (var known in _doors.Keys.Where(known => management is null || known == management)) _fates[known] = fate;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var (_, door) in _doors.Values) await door.DisposeAsync();
        _http.Dispose();
        _end.Dispose();
    }

    private async Task SignalAsync(HttpContext context, string management)
    {
        var fate = _fates.GetValueOrDefault(management);
        if (fate != SignalFate.PassedOn) Interlocked.Increment(ref _touched);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        switch (fate)
        {
            case SignalFate.Refused:
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            case SignalFate.Unanswered:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case SignalFate.Swallowed:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case SignalFate.Delayed:
                _ = LaterAsync(Copy(context, management, body.ToArray()));
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case SignalFate.Repeated:
                using (await _http.SendAsync(Copy(context, management, body.ToArray()), context.RequestAborted)) break;
        }

        await PassOnAsync(context, Copy(context, management, body.ToArray()));
    }

    private async Task LaterAsync(HttpRequestMessage request)
    {
        try
        {
            await Task.Delay(Delay, _end.Token);
            using var response = await _http.SendAsync(request, _end.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Who sent it does not wait any more.
        }
    }

    private Task PassOnAsync(HttpContext context, string management) => PassOnAsync(context, Copy(context, management, null));

    private async Task PassOnAsync(HttpContext context, HttpRequestMessage request)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            context.Abort(); // as who is behind it
        }
    }

    private static HttpRequestMessage Copy(HttpContext context, string management, byte[]? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), management + context.Request.Path + context.Request.QueryString) { Version = HttpVersion.Version11 };
        if (body is not null) request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in context.Request.Headers)
        {
            if (name is "Host" or "Connection" or "Transfer-Encoding" or "Content-Length") continue;
            if (!request.Headers.TryAddWithoutValidation(name, [.. value])) request.Content?.Headers.TryAddWithoutValidation(name, [.. value]);
        }

        return request;
    }
}
