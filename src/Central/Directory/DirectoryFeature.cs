using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Central.Directory;

/// <summary>Which nodes there are, what they tell of themselves, and which of them gateways may use.</summary>
internal static class DirectoryFeature
{
    public static IServiceCollection AddDirectory(this IServiceCollection services)
    {
        services.TryAddSingleton<ConditionalGet>();
        services.AddSingleton<DirectoryStore>();
        services.AddSingleton<HeartbeatBatches>();
        services.AddHostedService(provider => provider.GetRequiredService<HeartbeatBatches>());
        services.AddSingleton<DirectoryService>();
        services.AddHostedService<DirectoryMonitor>();
        services.AddSingleton<IReadiness, DirectoryReadiness>();
        return services;
    }

    public static WebApplication MapDirectory(this WebApplication app)
    {
        app.MapPost(ClusterRoutes.Heartbeat, DirectoryEndpoints.HeartbeatAsync).OnManagementPort().RequireNodeKey();
        app.MapGet(ClusterRoutes.Directory, DirectoryEndpoints.GetAsync).OnManagementPort().RequireGatewayKey();
        return app;
    }
}
