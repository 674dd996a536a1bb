using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Signals;

internal static class SignalsFeature
{
    public static IServiceCollection AddSignals(this IServiceCollection services)
    {
        services.AddMetrics<SignalMetrics>();
        services.AddSingleton<SignalSpans>();
        services.AddSingleton<SignalSignature>();
        services.AddHostedService<SignalSender>();
        return services;
    }

    public static void MapSignals(this WebApplication app) =>
        app.MapPost(ClusterRoutes.Signals, SignalEndpoint.ReceiveAsync).OnManagementPort().ExcludeFromDescription();
}
