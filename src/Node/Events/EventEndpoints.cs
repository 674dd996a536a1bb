using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Events;

internal static class EventEndpoints
{
    private const int LongestWait = 55;
    private const int UsualWait = 25;

    /// <summary>The same events as a long poll, or as server-sent events where the client accepts them.</summary>
    public static IResult Get(string? after, int? wait, CurrentSession session, HttpContext context)
    {
        var isStream = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (isStream && context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last) after = last;
        if (wait is < 0 or > LongestWait) return Refusal.Invalid("wait", $"must be from 0 to {LongestWait} seconds.").ToResult();

        return new EventsResult(session, after, isStream ? null : TimeSpan.FromSeconds(wait ?? UsualWait));
    }

    /// <summary>Opened as the answer is written and not before: whoever opens a request also sees it to its end.</summary>
    private sealed class EventsResult(CurrentSession session, string? after, TimeSpan? wait) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var services = context.RequestServices;
            var opened = await services.GetRequiredService<EventService>().OpenAsync(session, after);
            if (opened.Refusal is null) context.IsHeld();
            if (opened.Refusal is { } refusal) await context.Response.WriteAsync(refusal);
            else if (wait is { } longest) await services.GetRequiredService<EventPoll>().AnswerAsync(context, opened.Value!, longest);
            else await services.GetRequiredService<EventStream>().WriteAsync(context, opened.Value!);
        }
    }
}
