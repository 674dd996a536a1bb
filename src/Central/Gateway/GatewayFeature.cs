using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;

namespace IntraMessenger.Central.Gateway;

/// <summary>The public way in: every policy set's prefix leads to one of its live nodes.</summary>
internal static class GatewayFeature
{
    private static readonly Refusal NoDirectory = Refusal.Busy("This gateway does not know its servers yet. Repeat the request soon.");

    public static IServiceCollection AddGateway(this IServiceCollection services, LocalFile local)
    {
        // What is still open after 3 s are streams and held polls, which end never: their clients reconnect to another gateway.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        services.AddOptions<GatewayOptions>().BindConfiguration("gateway").ValidateDataAnnotations().ValidateOnStart();
        services.AddControlClient();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<RouteTable>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DirectoryFeed>(
            provider, new LastGoodFile<Shared.Contracts.DirectoryDocument>(local.DirectoryCopy, provider.GetRequiredService<ILogger<DirectoryFeed>>())));
        services.AddHostedService(provider => provider.GetRequiredService<DirectoryFeed>());
        services.AddSingleton<IReadiness, GatewayReadiness>();
        services.AddMetrics<GatewayMetrics>();
        services.AddSingleton<NodeMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeMonitor>());

        services.AddSingleton<ILoadBalancingPolicy, RendezvousPolicy>();
        services.AddSingleton<IPassiveHealthCheckPolicy, ConnectionFailurePolicy>();
        services.AddSingleton<IForwarderHttpClientFactory, NodeConnections>();
        services.AddReverseProxy()
            .AddTransforms(transforms =>
            {
                foreach (var header in TelemetryFeature.TraceHeaders) transforms.AddRequestHeaderRemove(header);
                // Nodes judge origins and cookies by the name that the client used.
                transforms.AddOriginalHost();
                transforms.AddXForwardedFor(action: ForwardedTransformActions.Append);
                transforms.AddXForwardedProto(action: ForwardedTransformActions.Append);
                transforms.AddXForwardedHost(action: ForwardedTransformActions.Off);
                transforms.AddXForwardedPrefix(action: ForwardedTransformActions.Off);
            });
        // Per request the answer tells it; what changes a node's health is logged once.
        return services.AddLogging(logging => logging.AddFilter("Yarp.ReverseProxy.LoadBalancing", LogLevel.Error).AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error));
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapReverseProxy(proxy =>
        {
            proxy.UseHeldRequests();
            proxy.UseGatewayProblems();
            proxy.UsePatience();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
            proxy.UseNodeWatch();
        });
        app.MapFallback("{**rest}", (HttpContext context, DirectoryFeed feed) =>
            feed.Current is null ? PlainPage.TellAwayAsync(context, NoDirectory) : PlainPage.TellNowhereAsync(context));
        return app;
    }
}
