using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Central.Settings;

/// <summary>What policy sets say, who changed it, and what each node is told of it.</summary>
internal static class SettingsFeature
{
    /// <summary>What saving several sheets at once needs; the command line uses it without a running control.</summary>
    public static IServiceCollection AddSheetBatches(this IServiceCollection services)
    {
        services.TryAddSingleton<SheetStore>();
        services.TryAddSingleton<SheetBatchService>();
        return services;
    }

    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.TryAddSingleton<ConditionalGet>();
        services.AddSingleton<SettingsStore>();
        services.AddSingleton<SettingsService>();
        services.AddMetrics<SettingsLag>();
        services.AddHostedService<SettingsMonitor>();
        services.AddSingleton<IReadiness, SettingsReadiness>();
        services.AddSingleton<SheetStore>();
        services.AddSingleton<SheetService>();
        services.AddSingleton<PolicySetStore>();
        services.AddSingleton<PolicySetService>();
        services.AddSingleton<RoleStore>();
        services.AddSingleton<RoleService>();
        return services;
    }

    public static WebApplication MapSettings(this WebApplication app)
    {
        app.MapGet(ClusterRoutes.Settings, SettingsEndpoints.GetAsync).OnManagementPort().RequireNodeKey();
        return app;
    }
}
