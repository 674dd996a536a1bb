using System.ComponentModel;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Events;

internal static class EventEndpoints
{
    private const int LongestWait = 55;
    private const int UsualWait = 25;
    private const int ShortestHeartbeat = 5;
    private const int UsualHeartbeat = 25;

    /// <summary>The same events as a long poll, or as server-sent events where the client accepts them.</summary>
    public static IResult Get(
        [Description("The cursor of the last answer or event; from now without one. Last-Event-ID wins over it.")] string? after,
        [Description("Long poll: after how many seconds with nothing it is answered, at most: 0 to 55, usually 25.")] int? wait,
        [Description("Event stream: after how many seconds with nothing a comment is sent, for a way that cuts silent connections: 5 to 55, usually 25.")] int? heartbeat,
        CurrentSession session, HttpContext context)
    {
        var isStream = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (isStream && context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last) after = last;
        if (wait is < 0 or > LongestWait) return Refusal.Invalid("wait", $"must be from 0 to {LongestWait} seconds.").ToResult();
        if (heartbeat is < ShortestHeartbeat or > LongestWait) return Refusal.Invalid("heartbeat", $"must be from {ShortestHeartbeat} to {LongestWait} seconds.").ToResult();

        return new EventsResult(session, after, isStream, TimeSpan.FromSeconds(isStream ? heartbeat ?? UsualHeartbeat : wait ?? UsualWait));
    }

    /// <summary>Opened as the answer is written and not before: whoever opens a request also sees it to its end.</summary>
    /// <param name="silence">How long nothing is said where nothing happens: then a poll is answered, a stream has its heartbeat.</param>
    private sealed class EventsResult(CurrentSession session, string? after, bool isStream, TimeSpan silence) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var services = context.RequestServices;
            var opened = await services.GetRequiredService<EventService>().OpenAsync(session, after, context.RequestAborted);
            if (opened.Refusal is null) context.IsHeld();
            if (opened.Refusal is { } refusal) await context.Response.WriteAsync(refusal);
            else if (isStream) await services.GetRequiredService<EventStream>().WriteAsync(context, opened.Value!, heartbeat: silence);
            else await services.GetRequiredService<EventPoll>().AnswerAsync(context, opened.Value!, wait: silence);
        }
    }
}
