using IntraMessenger.Node.Access;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Sessions;

internal static class SessionEndpoints
{
    public static async Task<IResult> SignInAsync(SignInRequest request, HttpContext context, SessionService sessions, PolicySet policySet, PeopleRules rules)
    {
        var isWeb = request.Client?.Kind == "web";
        if (isWeb && CrossOrigin.WhyNot(context.Request) is { } refusal) return refusal.ToResult();

        return (await sessions.SignInAsync(request, ClientAddress.Of(context, TrustedProxies(context)).ToString())).ToResult(signedIn =>
        {
            if (isWeb) context.Response.Cookies.Append(SessionMiddleware.Cookie, signedIn.Token, CookieOf(context, signedIn.Session.ExpiresAt));
            context.Response.Headers.CacheControl = "no-store";
            var (session, account) = (signedIn.Session, signedIn.Account);
            return Results.Json(AnswerOf(session, account, session.LastSeenAt, policySet, rules) with { Token = isWeb ? null : signedIn.Token, Created = signedIn.Created }, statusCode: 201);
        });
    }

    /// <summary>What signing in answered, as it is now: for a page that was loaded again.</summary>
    public static async Task<IResult> GetAsync(CurrentSession current, HttpContext context, SessionService sessions, PolicySet policySet, PeopleRules rules)
    {
        context.Response.Headers.CacheControl = "no-store";
        return (await sessions.ResumeAsync(current)).ToResult(resumed => Results.Ok(AnswerOf(resumed.Session, resumed.Account, resumed.Now, policySet, rules)));
    }

    public static async Task<IResult> SignOutAsync(CurrentSession session, HttpContext context, SessionService sessions)
    {
        await sessions.EndAsync(session.AccountId, session.Id);
        if (session.ByCookie) context.Response.Cookies.Delete(SessionMiddleware.Cookie, CookieOf(context, default));
        return Results.NoContent();
    }

    public static async Task<IResult> ListAsync(CurrentSession current, SessionService sessions) => Results.Ok(new ListAnswer<SessionView>(
    [
        .. (await sessions.ListAsync(current.AccountId)).Select(session => new SessionView(
            session.Id.ToString(), session.CreatedAt, session.LastSeenAt, session.ExpiresAt, session.Id == current.Id,
            new ClientDescription(session.ClientKind, session.ClientName, session.ClientVersion))),
    ], null));

    public static async Task<IResult> EndAsync(string id, CurrentSession session, SessionService sessions) =>
        Ids.Read(id) is { } sessionId && await sessions.EndAsync(session.AccountId, sessionId) ? Results.NoContent() : Refusal.NotFound.ToResult();

    public static async Task<IResult> SetStatusAsync(ChangeStatusRequest request, CurrentSession session, SessionService sessions) =>
        (await sessions.SetStatusAsync(session, request)).ToResult(Results.Ok);

    private static SignInAnswer AnswerOf(StoredSession session, Account account, DateTime now, PolicySet policySet, PeopleRules rules) =>
        new(null, session.ExpiresAt, false, account.ToView(), policySet.Node!.Name, policySet.Required.Key, Cursor.Fresh(now).ToString(), rules.Of(account.Roles).ForClients,
            new StatusView(session.Status.Name(), session.Reason), AccountPolicy.IsExpired(account.PasswordDays, rules.AtHome(account.HomeSetId, account.Roles).Accounts));

    private static string[] TrustedProxies(HttpContext context) => context.RequestServices.GetRequiredService<IOptionsMonitor<LimitOptions>>().CurrentValue.TrustedProxies;

    private static CookieOptions CookieOf(HttpContext context, DateTime expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = ClientAddress.IsHttps(context, TrustedProxies(context)),
        Path = context.Request.PathBase,
        Expires = expiresAt == default ? null : expiresAt,
    };
}
