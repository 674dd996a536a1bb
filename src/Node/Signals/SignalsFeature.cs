using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Node.Signals.Transports;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Signals;

internal static class SignalsFeature
{
    public static IServiceCollection AddSignals(this IServiceCollection services)
    {
        services.AddMetrics<SignalMetrics>();
        services.AddSingleton<SignalSpans>();
        services.AddSingleton<SignalSignature>();
        services.AddSingleton<SignalReceiver>();
        services.AddTransports();
        services.AddTargets();
        services.AddHostedService<SignalSender>();
        return services;
    }

    public static void MapSignals(this WebApplication app) =>
        app.MapPost(ClusterRoutes.Signals, SignalEndpoint.ReceiveAsync).OnManagementPort().ExcludeFromDescription();

    private static void AddTransports(this IServiceCollection services)
    {
        services.AddOptions<SignalOptions>().BindConfiguration("signals").ValidateOnStart();
        services.AddSingleton<IValidateOptions<SignalOptions>, SignalOptionsValidator>();
        services.AddSingleton<HttpSignals>();
        services.AddSingleton<RabbitMqSignals>();
        services.AddSingleton<ISignalTransport>(provider => provider.GetRequiredService<IOptions<SignalOptions>>().Value.IsRabbitMq
            ? provider.GetRequiredService<RabbitMqSignals>()
            : provider.GetRequiredService<HttpSignals>());
        services.AddHostedService(provider => provider.GetRequiredService<RabbitMqSignals>());
        services.AddSingleton<IReadiness, SignalReadiness>();
    }

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
