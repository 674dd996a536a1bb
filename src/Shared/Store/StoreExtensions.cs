using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Shared.Store;

public static class StoreExtensions
{
    public static IServiceCollection AddStore(this IServiceCollection services)
    {
        services.AddOptions<StoreOptions>().BindConfiguration("store").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<StoreConnections>();
        services.TryAddSingleton<Store>();
        services.AddMetrics<StoreMetrics>();
        services.TryAddSingleton<Migrator>();
        return services;
    }
}
