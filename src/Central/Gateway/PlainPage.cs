using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for what somebody sees whose browser opens an address that no node answers: a sentence instead of a problem document,
/// and the page itself as soon as there is a node.
/// </summary>
internal static class PlainPage
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

    private static readonly Texts Away = new(
        Page("en", "IntraMessenger cannot be reached just now", "This page tries again by itself every few seconds. There is nothing that you need to do.", Script),
        Page("fr", "IntraMessenger n’est pas joignable pour l’instant", "Cette page réessaie d’elle-même toutes les quelques secondes. Vous n’avez rien à faire.", Script));

    // Which addresses there are is nobody's business who does not have one.
    private static readonly Texts Nowhere = new(
        Page("en", "This is not a whole address", "Your IntraMessenger has an address with something after the slash. Ask your administrator for it."),
        Page("fr", "Cette adresse est incomplète", "Votre IntraMessenger a une adresse avec quelque chose après la barre oblique. Demandez-la à votre administrateur."));

    /// <summary>Tells a browser that was to show a page, and any other client, each in its way, that nobody can answer for now.</summary>
    public static Task TellAwayAsync(HttpContext context, Refusal refusal) => TellAsync(context, refusal, Away);

    /// <summary>The same where there is nothing.</summary>
    public static Task TellNowhereAsync(HttpContext context) => TellAsync(context, Refusal.NotFound, Nowhere);

    private static Task TellAsync(HttpContext context, Refusal refusal, Texts texts) =>
        IsForPeople(context.Request) ? WriteAsync(context, refusal, texts) : context.Response.WriteAsync(refusal);

    private static bool IsForPeople(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));

    private static Task WriteAsync(HttpContext context, Refusal refusal, Texts texts)
    {
        var response = context.Response;
        context.Features.Set(refusal);
        response.StatusCode = refusal.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (texts == Away) response.Headers.RetryAfter = "2";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return response.WriteAsync(PrefersFrench(context.Request) ? texts.French : texts.English);
    }

    private static bool PrefersFrench(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString())
        .FirstOrDefault(language => language.StartsWith("fr", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
        ?.StartsWith("fr", StringComparison.OrdinalIgnoreCase) == true;

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Page(string language, string title, string text, string? script = null) => $"""
        <!doctype html>
        <html lang="{language}">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{Style}</style>{(script is null ? "" : $"<script>{script}</script>")}</head>
        <body><main><h1>{title}</h1><p>{text}</p></main></body>
        </html>
        """;

    private sealed record Texts(string English, string French);
}
