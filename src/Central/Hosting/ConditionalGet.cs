using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Net.Http.Headers;

namespace IntraMessenger.Central.Hosting;

/// <summary>
/// Responsible for <c>If-None-Match</c> with <c>wait</c>: answered at once when the document is another one, else when it becomes
/// another one, else 304 when the time is over. Nobody's thread is held.
/// </summary>
internal sealed class ConditionalGet(TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <param name="context">The request.</param>
    /// <param name="wait">In seconds, 0 to <see cref="ClusterRoutes.LongestWait"/>.</param>
    /// <param name="changed">One of them ends when <paramref name="read"/> may have another answer.</param>
    /// <param name="read">The document as it is now, or why there is none for who asks.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, int wait, Func<Task[]> changed, Func<Answer<TaggedDocument>> read)
    {
        if (wait is < 0 or > ClusterRoutes.LongestWait)
            return Refusal.Invalid("wait", $"must be from 0 to {ClusterRoutes.LongestWait} seconds.").ToResult();

        // At the end of the program every waiter is answered, so that a stop does not take as long as a wait.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var timeUp = Task.Delay(TimeSpan.FromSeconds(wait), time, over.Token);
        try
        {
            while (true)
            {
                var change = changed();
                var answer = read();
                if (answer.Refusal is { } refusal) return refusal.ToResult();
                if (!IsKnown(context.Request, answer.Value!.ETag)) return Send(context.Response, answer.Value);
                context.IsHeld();
                // One flat WhenAny: it takes its continuations off the long-lived tasks again, a nested one would leave them there.
                if (await Task.WhenAny([.. change, timeUp]) == timeUp) return Results.StatusCode(StatusCodes.Status304NotModified);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private static bool IsKnown(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known) && known.Any(tag => tag.Tag == etag);

    private static IResult Send(HttpResponse response, TaggedDocument document)
    {
        response.Headers.ETag = document.ETag;
        response.Headers.CacheControl = "no-store"; // settings carry the cluster key
        return Results.Bytes(document.Content, "application/json; charset=utf-8");
    }
}
