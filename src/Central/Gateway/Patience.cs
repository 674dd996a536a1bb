using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for how long a request waits for a node that says nothing: a node that stands still keeps its connections, so that only
/// time tells.
/// </summary>
internal static class Patience
{
    public static void UsePatience(this IReverseProxyApplicationBuilder proxy)
    {
        var options = proxy.ApplicationServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        proxy.Use((context, next) =>
        {
            var request = context.GetReverseProxyFeature();
            var config = request.Cluster.Config;
            var http = (config.HttpRequest ?? ForwarderRequestConfig.Empty) with { ActivityTimeout = TimeSpan.FromSeconds(Seconds(context, options)) };
            context.Features.Set<IReverseProxyFeature>(new ReverseProxyFeature
            {
                Route = request.Route,
                Cluster = new ClusterModel(config with { HttpRequest = http }, request.Cluster.HttpClient),
                AllDestinations = request.AllDestinations,
                AvailableDestinations = request.AvailableDestinations,
                ProxiedDestination = request.ProxiedDestination,
            });
            return next(context);
        });
    }

    private static int Seconds(HttpContext context, GatewayOptions options) => context.IsForEvents()
        ? options.EventSeconds
        : (context.Request.Method.ToUpperInvariant(), (context.GetRouteValue("rest") as string)?.TrimEnd('/').ToLowerInvariant()) switch
        {
            ("POST", "api/v1/session" or "api/v1/accounts") or ("PUT", "api/v1/me/password") => options.SignInSeconds,
            _ => options.AnswerSeconds,
        };
}
