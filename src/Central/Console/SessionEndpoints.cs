using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

internal static class SessionEndpoints
{
    public static async Task<IResult> SignInAsync(HttpContext context, SignIn wanted, ConsoleSessionService sessions)
    {
        var answer = await sessions.SignInAsync(wanted);
        return answer.ToResult(signedIn =>
        {
            context.Response.Cookies.Append(ConsoleSessionHandler.Cookie, signedIn.Token, CookieOf(context, signedIn.ExpiresAt));
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(signedIn, statusCode: StatusCodes.Status201Created);
        });
    }

    public static async Task<IResult> SignOutAsync(HttpContext context, ConsoleSessionService sessions)
    {
        await sessions.SignOutAsync(context.ConsoleSession());
        context.Response.Cookies.Delete(ConsoleSessionHandler.Cookie, CookieOf(context, null));
        return Results.NoContent();
    }

    private static CookieOptions CookieOf(HttpContext context, DateTime? expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = ConsoleSessionHandler.CookiePath,
        Secure = context.Request.IsHttps,
        Expires = expiresAt,
    };
}
