using IntraMessenger.Shared.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for the gateway's own failures: 503 with Retry-After, whatever went wrong on the way to a node.</summary>
internal static class GatewayProblems
{
    private static readonly Refusal NoNode = Refusal.Busy("No server of this address is available at the moment. Repeat the request soon.");
    private static readonly Refusal NodeFailed = Refusal.Busy("The server that held this request failed. Repeat the request soon: another one takes over.");

    public static void UseGatewayProblems(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (context, next) =>
    {
        await next(context);
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
        await context.Response.WriteAsync(refusal);
    });
}
