using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Node.Signals.Transports;
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
        services.AddSingleton<SignalReceiver>();
        services.AddSingleton<ISignalTransport, HttpSignals>();
        services.AddTargets();
        services.AddHostedService<SignalSender>();
        return services;
    }

    public static void MapSignals(this WebApplication app) =>
        app.MapPost(ClusterRoutes.Signals, SignalEndpoint.ReceiveAsync).OnManagementPort().ExcludeFromDescription();

    private static void AddTargets(this IServiceCollection services)
    {
        services.AddSingleton<HostMap>();
        services.AddSingleton<TargetStore>();
        services.AddSingleton(provider => new MemberCache(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Audience>();
        services.AddSingleton<IEventSource, TargetEvents>();
        services.AddHostedService<HostMapAgent>();
    }
}
