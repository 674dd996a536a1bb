using Microsoft.AspNetCore.Http;

namespace IntraMessenger.Shared.Hosting;

/// <summary>
/// Responsible for telling whether a page of this very address sent a request: a browser sends cookies along whoever wrote the page, but
/// <c>Origin</c> names that page's address, and JSON never comes from a form.
/// </summary>
public static class SameOrigin
{
    /// <summary>
    /// True where the body is announced as JSON and the authority of <c>Origin</c> is the one of <c>Host</c>. The schemes may differ:
    /// where TLS ends at a proxy in front, the page came by https and the request comes here by http.
    /// </summary>
    public static bool Is(HttpRequest request) =>
        request.HasJsonContentType()
        && request.Headers.Origin is [{ } origin]
        && Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && (page.Scheme == Uri.UriSchemeHttp || page.Scheme == Uri.UriSchemeHttps)
        && page is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
        && string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase)
        && page.Port == (request.Host.Port ?? DefaultPort(page));

    private static int DefaultPort(Uri page) => page.Scheme == Uri.UriSchemeHttps ? 443 : 80;
}
