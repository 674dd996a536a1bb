using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for refusing what another site's page makes a browser send along with our cookie.</summary>
internal static class CrossOrigin
{
    public static Refusal? WhyNot(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return null;
        var isJson = request.HasJsonContentType();
        var origin = request.Headers.Origin.ToString();
        var isSame = Uri.TryCreate(origin, UriKind.Absolute, out var uri) && HostString.FromUriComponent(uri).Equals(request.Host);
        return isJson && isSame
            ? null
            : new Refusal(403, "cross-origin", "Cross-origin request",
                "With a cookie session, send changes from the same origin, with an Origin header and Content-Type: application/json.");
    }
}
