using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Events;

internal static class EventEndpoints
{
    private const int LongestWait = 55;

    /// <summary>The same events as a long poll, or as server-sent events where the client accepts them.</summary>
    public static async Task<IResult> GetAsync(string? after, int? wait, CurrentSession session, HttpContext context, EventService events, EventPoll poll, EventStream stream)
    {
        var isStream = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (isStream && context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last) after = last;
        if (wait is < 0 or > LongestWait) return Refusal.Invalid("wait", $"must be from 0 to {LongestWait} seconds.").ToResult();

        return (await events.OpenAsync(session, after)).ToResult(request => isStream ? new StreamResult(stream, request) : new PollResult(poll, request, wait ?? 25));
    }

    private sealed class PollResult(EventPoll poll, OpenRequest request, int wait) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => poll.AnswerAsync(context, request, TimeSpan.FromSeconds(wait));
    }

    private sealed class StreamResult(EventStream stream, OpenRequest request) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => stream.WriteAsync(context, request);
    }
}
