using IntraMessenger.Shared.Hosting;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for what goes wrong on the way to a node: another node is tried where nothing was sent yet; what remains is the gateway's
/// own failure, 503 with Retry-After.
/// </summary>
internal static class GatewayProblems
{
    private const int MostTries = 3;

    private static readonly Refusal NoNode = Refusal.Busy("No server of this address is available at the moment. Repeat the request soon.");
    private static readonly Refusal NodeFailed = Refusal.Busy("The server that held this request failed. Repeat the request soon: another one takes over.");

    public static void UseGatewayProblems(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (context, next) =>
    {
        context.Response.Headers.Remove("X-Content-Type-Options"); // the node says it too
        await next(context);
        for (var tries = 1; tries < MostTries && WasNotSent(context) && TurnToOthers(context); tries++) await next(context);
        if (context.Response.HasStarted || context.GetForwarderErrorFeature() is not { } failure) return;
        var refusal = failure.Error switch
        {
            ForwarderError.NoAvailableDestinations => NoNode,
            // What the client did wrong or gave up keeps its status.
            ForwarderError.RequestBodyClient or ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled => null,
            _ => NodeFailed,
        };
        if (refusal is null) return;
        context.Response.Clear();
        await PlainPage.TellAwayAsync(context, refusal);
    });

    private static bool WasNotSent(HttpContext context) => !context.Response.HasStarted
        && context.GetForwarderErrorFeature() is { Error: ForwarderError.Request or ForwarderError.RequestTimedOut } failure && NodeFailure.IsBeforeSending(failure.Exception);

    private static bool TurnToOthers(HttpContext context)
    {
        var request = context.GetReverseProxyFeature();
        var others = request.Route.Cluster!.DestinationsState.AvailableDestinations.Where(node => node != request.ProxiedDestination).ToArray();
        if (others.Length == 0) return false;
        request.AvailableDestinations = others;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        return true;
    }
}
