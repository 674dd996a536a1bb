using System.Diagnostics;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for what the server's own span lacks: the route, the status, what was refused and why.</summary>
public static class SpanDetails
{
    internal const string Refusal = "problem.code";

    /// <summary>Around everything else.</summary>
    public static void UseSpanDetails(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span) Complete(span, context);
        }
    });

    private static void Complete(Activity span, HttpContext context)
    {
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= 500) span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", status.ToString());
        if (context.Features.Get<Refusal>() is { } refusal) span.SetTag(Refusal, refusal.Code);
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is not { } pattern)
        {
            span.DisplayName = Method(context);
            return;
        }

        var route = $"{context.Request.PathBase}/{pattern.TrimStart('/')}";
        span.SetTag("http.route", route);
        span.DisplayName = $"{Method(context)} {route}";
    }

    // A client may write anything as a method; .NET's tag has the known ones only.
    private static string Method(HttpContext context) => HttpMethods.IsGet(context.Request.Method) ? "GET"
        : HttpMethods.IsPost(context.Request.Method) ? "POST"
        : HttpMethods.IsPut(context.Request.Method) ? "PUT"
        : HttpMethods.IsPatch(context.Request.Method) ? "PATCH"
        : HttpMethods.IsDelete(context.Request.Method) ? "DELETE"
        : "HTTP";
}
