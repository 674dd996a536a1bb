using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for what somebody sees whose browser opens an address while no node can answer: a sentence instead of a problem document,
/// and the page itself as soon as there is a node.
/// </summary>
internal static class AwayPage
{
    private const string Style = """
        :root { color-scheme: light dark }
        body { margin: 0; min-height: 100dvh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#faf8f4, #191816); color: light-dark(#24211c, #efebe4) }
        main { padding: 2rem; max-width: 26rem; text-align: center }
        h1 { font-size: 1.25rem; margin: 0 0 .5rem }
        p { margin: 0; color: light-dark(#5c564d, #b9b2a7) }
        """;

    // A refresh told in HTML does nothing at an address with a fragment, and the page's conversations have one.
    private const string Script = "setTimeout(() => location.reload(), 4000)";

    private static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string English = Page("en", "IntraMessenger cannot be reached just now", "This page tries again by itself every few seconds. There is nothing that you need to do.");

    private static readonly string French = Page("fr", "IntraMessenger n’est pas joignable pour l’instant", "Cette page réessaie d’elle-même toutes les quelques secondes. Vous n’avez rien à faire.");

    /// <summary>Tells a browser that was to show a page, and any other client, each in its way.</summary>
    public static Task TellAsync(HttpContext context, Refusal refusal) => IsForPeople(context.Request) ? WriteAsync(context, refusal) : context.Response.WriteAsync(refusal);

    private static bool IsForPeople(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));

    private static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        context.Features.Set(refusal);
        response.StatusCode = refusal.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.RetryAfter = "2";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return response.WriteAsync(PrefersFrench(context.Request) ? French : English);
    }

    private static bool PrefersFrench(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString())
        .FirstOrDefault(language => language.StartsWith("fr", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
        ?.StartsWith("fr", StringComparison.OrdinalIgnoreCase) == true;

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Page(string language, string title, string text) => $"""
        <!doctype html>
        <html lang="{language}">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{Style}</style><script>{Script}</script></head>
        <body><main><h1>{title}</h1><p>{text}</p></main></body>
        </html>
        """;
}
