using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace IntraMessenger.Shared.Pages;

/// <summary>Responsible for how the files of a page are sent: compressed as the browser likes it, kept as long as they are good, and allowed nothing that the page does not need.</summary>
public static class PageEndpoint
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html intramessenger";

    /// <summary>Every file is a route below <paramref name="pages"/>, and nothing else is.</summary>
    public static void MapPage(this RouteGroupBuilder pages, PageFiles files)
    {
        foreach (var file in files.All) pages.MapMethods("/" + file.Path, ["GET", "HEAD"], context => AnswerAsync(context, file)).ExcludeFromDescription();
    }

    private static Task AnswerAsync(HttpContext context, PageFile file)
    {
        var address = context.Request.PathBase + context.Request.Path;
        if (file.Path.Length == 0 && address.Value?.EndsWith('/') != true)
        {
            // Without the slash the page's own addresses would lead above it.
            context.Response.Redirect(address + "/" + context.Request.QueryString, permanent: true);
            return Task.CompletedTask;
        }

        var (encoding, content) = Choose(file, context.Request);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = file.IsFingerprinted ? "public, max-age=31536000, immutable" : "no-cache";
        if (encoding is not null) headers.ContentEncoding = encoding;
        return Results.Bytes(content.Bytes, file.ContentType, entityTag: new EntityTagHeaderValue(content.ETag)).ExecuteAsync(context);
    }

    private static (string? Encoding, PageContent Content) Choose(PageFile file, HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach (var (name, content) in file.Encodings)
        {
            if (accepted.Any(encoding => encoding.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0)) return (name, content);
        }

        return (null, file.Plain);
    }
}
