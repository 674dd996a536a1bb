using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Central.Schema;

/// <summary>The store made ready for the cluster: its schema and what its server must promise.</summary>
internal static class SchemaFeature
{
    /// <summary>What looking at the store and changing its schema needs; the command line uses it without a running control.</summary>
    public static IServiceCollection AddSchemaService(this IServiceCollection services)
    {
        services.AddStore();
        services.TryAddSingleton<SchemaStore>();
        services.TryAddSingleton<SchemaService>();
        return services;
    }

    public static IServiceCollection AddSchema(this IServiceCollection services)
    {
        services.AddSchemaService();
        services.AddSingleton<SchemaAgent>();
        services.AddHostedService(provider => provider.GetRequiredService<SchemaAgent>());
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<SchemaAgent>());
        return services;
    }
}
