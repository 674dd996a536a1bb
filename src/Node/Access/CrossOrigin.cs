using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for refusing what another site's page makes a browser send along with our cookie.</summary>
internal static class CrossOrigin
{
    private static readonly Refusal Refused = new(403, "cross-origin", "Cross-origin request",
        "With a cookie session, send changes from the same origin, with an Origin header and Content-Type: application/json.");

    public static Refusal? WhyNot(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || SameOrigin.Is(request) ? null : Refused;
}
