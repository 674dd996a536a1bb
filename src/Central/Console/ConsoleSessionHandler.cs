using System.Security.Claims;
using System.Text.Encodings.Web;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Central.Console;

/// <summary>
/// Responsible for recognising an administrator by token or cookie, before anything of the request is read. With a cookie, a request that
/// changes something must come from the console's own page: a browser sends cookies whoever wrote the page.
/// </summary>
internal sealed class ConsoleSessionHandler(
    ConsoleSessionService sessions, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "console session";
    public const string Cookie = "im_console";
    public const string CookiePath = "/console";

    private static readonly Refusal CrossOrigin = new(403, "cross-origin", "Not from this page",
        "A change with the cookie needs an 'Origin' header of this address and 'Content-Type: application/json'. Other programs send the token as 'Authorization: Bearer <token>'.");

    private Refusal _refusal = Refusal.NoSession;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var byCookie = Request.Headers.Authorization.Count == 0;
        var token = byCookie ? Request.Cookies[Cookie] : Bearer.Of(Request);
        if (token is null || await sessions.FindAsync(token) is not { } session) return AuthenticateResult.NoResult();
        if (byCookie && !IsSafe(Request.Method) && !SameOrigin.Is(Request))
        {
            _refusal = CrossOrigin;
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(session);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Response.WriteAsync(_refusal);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}

internal static class ConsoleCallers
{
    /// <summary>The session of an endpoint that requires one.</summary>
    public static ConsoleSession ConsoleSession(this HttpContext context) => context.Features.GetRequiredFeature<ConsoleSession>();
}
