using System.Net.Http.Headers;
using IntraMessenger.Node.Access;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Sessions;

/// <summary>Responsible for who asks: finds the session of a request before anything of it is read, and keeps its place.</summary>
internal static class SessionMiddleware
{
    public const string Cookie = "im_session";

    public static void UseSessions(this WebApplication app)
    {
        var sessions = app.Services.GetRequiredService<SessionService>();
        var rates = app.Services.GetRequiredService<RequestRates>();
        var rules = app.Services.GetRequiredService<PeopleRules>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            if (NeedsSession(context))
            {
                if (await AdmitAsync(context, sessions, rates, rules, time.GetTimestamp()) is { } refusal)
                {
                    await context.Response.WriteAsync(refusal);
                    return;
                }
            }

            await next(context);
        });
    }

    // Routing's own answers, 405 and 415, are no routes and give nothing away.
    private static bool NeedsSession(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint
        && endpoint.Metadata.GetMetadata<ManagementEndpoint>() is null
        && endpoint.Metadata.GetMetadata<NoSessionNeeded>() is null;

    private static async Task<Refusal?> AdmitAsync(HttpContext context, SessionService sessions, RequestRates rates, PeopleRules rules, long arrivedAt)
    {
        var metadata = context.GetEndpoint()!.Metadata;
        var (token, byCookie) = TokenOf(context.Request);
        if (token is null || await sessions.FindAsync(token, provenLater: metadata.GetMetadata<ProvesSession>() is not null) is not { } session) return Refusal.NoSession;
        if (byCookie && CrossOrigin.WhyNot(context.Request) is { } refusal) return refusal;
        var options = rules.Of(session.Roles).Options;
        if (rates.WhyNot(session.Id, options.Limits.RequestsPerSecond) is { } tooMany) return tooMany;

        if (metadata.GetMetadata<ExpiredPasswordAllowed>() is null && sessions.HasExpiredPassword(session)) return AccountPolicy.PasswordExpired;
        if (metadata.GetMetadata<NoPlaceNeeded>() is null && metadata.GetMetadata<OwnPlace>() is null && await sessions.KeepPlaceAsync(session) is { } full) return full;

        context.Features.Set(session with { ByCookie = byCookie, ArrivedAt = arrivedAt, Options = options });
        return null;
    }

    // With an Authorization header the cookie is ignored, whatever the header says.
    private static (string? Token, bool ByCookie) TokenOf(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is not { Length: > 0 } header) return (request.Cookies[Cookie], true);
        return AuthenticationHeaderValue.TryParse(header, out var value) && value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? (value.Parameter, false)
            : (null, false);
    }
}
