using System.Text.Json;
using System.Text.RegularExpressions;
using IntraMessenger.Shared.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Hosting;

/// <summary>Responsible for turning refusals, unreadable requests and faults into problem documents: the one place that does.</summary>
public static partial class Problems
{
    public static IResult ToResult(this Refusal refusal) => new ProblemResult(refusal);

    /// <summary>The answer's value through <paramref name="found"/>, or its problem document.</summary>
    public static IResult ToResult<T>(this Answer<T> answer, Func<T, IResult> found) =>
        answer.Refusal is { } refusal ? refusal.ToResult() : found(answer.Value!);

    public static async Task WriteAsync(this HttpResponse response, Refusal refusal)
    {
        if (response.HttpContext.Features.Get<IHttpMetricsTagsFeature>() is { } measured) measured.MetricsDisabled = false; // a held request that ends so was none
        response.StatusCode = refusal.Status;
        response.HttpContext.Features.Set(refusal); // for who counts them
        if (refusal.RetryAfter is { } after) response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString();
        if (refusal.Status == 401) response.Headers.WWWAuthenticate = "Bearer";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.WriteAsJsonAsync(ProblemDocument.Of(refusal), Json.Options, "application/problem+json");
    }

    /// <summary>Every failure below this point of the pipeline ends as a problem document, also the ones that have no body yet.</summary>
    public static void UseProblems(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("IntraMessenger.Problems");
        app.Use(async (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            try
            {
                await next(context);
                if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
                    await context.Response.WriteAsync(OfStatus(context.Response.StatusCode));
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                context.Abort();
            }
            catch (Exception e) when (!context.Response.HasStarted)
            {
                var refusal = Of(e);
                if (refusal.Status == 500) Log.Fault(logger, e);
                context.Response.Clear();
                await context.Response.WriteAsync(refusal);
            }
        });
    }

    private static Refusal Of(Exception e) => e switch
    {
        StoreUnavailableException => Refusal.StoreUnavailable,
        BadHttpRequestException { StatusCode: 413 } => Refusal.TooLarge(Limits.BodyBytes),
        BadHttpRequestException { StatusCode: 415 } => Refusal.UnsupportedMediaType,
        BadHttpRequestException { InnerException: JsonException json } => Unreadable(json),
        JsonException json => Unreadable(json),
        BadHttpRequestException bad when Unbound().Match(bad.Message) is { Success: true } unbound => Refusal.Invalid(unbound.Groups["name"].Value, "has the wrong type."),
        BadHttpRequestException => Refusal.Invalid("body", "The request cannot be read: a body of JSON is needed."),
        _ => new Refusal(500, "fault", "Fault", "Something went wrong here. Repeating the request later may help; tell your administrator if it does not."),
    };

    private static Refusal Unreadable(JsonException e)
    {
        var field = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
        if (e.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var within = field == "body" ? "" : field + ".";
            var names = Quoted().Matches(e.Message[e.Message.LastIndexOf(": ", StringComparison.Ordinal)..]);
            return Refusal.Invalid(names.ToDictionary(name => within + name.Groups[1].Value, _ => new[] { "is missing." }));
        }

        var text = e.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? $"is nested more than {Json.Options.MaxDepth} levels deep."
            : e.Message.Contains("Duplicate property", StringComparison.Ordinal) ? "names a member twice."
            : field == "body" ? "is not the JSON that this call takes." : "has the wrong type.";
        return Refusal.Invalid(field, text);
    }

    // Only the framework's own texts tell which parameter or member it was.
    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (?<name>[^\" ]+)\"")]
    private static partial Regex Unbound();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    private static Refusal OfStatus(int status) => status switch
    {
        401 => Refusal.NoSession,
        404 => Refusal.NotFound,
        405 => new Refusal(405, "method-not-allowed", "Method not allowed", "This address exists, but not with this method. See the API description."),
        413 => Refusal.TooLarge(Limits.BodyBytes),
        415 => Refusal.UnsupportedMediaType,
        503 => Refusal.Busy("This server cannot answer at the moment. Repeat the request soon."),
        _ => new Refusal(status, status >= 500 ? "fault" : "refused", "Refused", "The request was not understood or not accepted."),
    };

    private sealed class ProblemResult(Refusal refusal) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => refusal.Status;

        public Task ExecuteAsync(HttpContext context) => context.Response.WriteAsync(refusal);
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Error, "A request failed")]
        public static partial void Fault(ILogger logger, Exception e);
    }
}
