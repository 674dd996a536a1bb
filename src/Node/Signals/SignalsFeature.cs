using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals;

internal static class SignalsFeature
{
    public static IServiceCollection AddSignals(this IServiceCollection services)
    {
        services.AddSingleton<SignalSignature>();
        services.AddHostedService<SignalSender>();
        return services;
    }

    public static void MapSignals(this WebApplication app) =>
        app.MapPost(ClusterRoutes.Signals, SignalEndpoint.ReceiveAsync).OnManagementPort().ExcludeFromDescription();
}
