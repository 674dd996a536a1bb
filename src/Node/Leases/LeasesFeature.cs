using IntraMessenger.Node.Access;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Leases;

internal static class LeasesFeature
{
    public static IServiceCollection AddLeases(this IServiceCollection services)
    {
        services.AddSingleton<NodeLease>();
        services.AddSingleton<ICommitGuard>(provider => provider.GetRequiredService<NodeLease>());
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<NodeLease>());
        services.AddSingleton(provider =>
        {
            // Connections of its own, so that a node under load can always renew; and no guard, because this is what the guard asks.
            var connectionString = provider.GetRequiredService<IOptions<StoreOptions>>().Value.ConnectionString;
            var connections = new StoreConnections(Options.Create(new StoreOptions { ConnectionString = connectionString, MaxConnections = 2 }));
            return new LeaseStore(new Store(connections, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Store>>(),
                metrics: provider.GetRequiredService<StoreMetrics>()));
        });
        services.AddSingleton<StoreClock>();
        services.AddSingleton<LeaseAgent>();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseAgent>());
        return services;
    }

    /// <summary>A node whose lease may have run out serves nobody: its people may already be somebody else's.</summary>
    public static void UseServingNode(this WebApplication app)
    {
        var lease = app.Services.GetRequiredService<NodeLease>();
        app.Use((context, next) => lease.IsServing || NeedsNoLease(context.GetEndpoint()?.Metadata) ? next(context) : context.Response.WriteAsync(Refusal.StoreUnavailable));
    }

    private static bool NeedsNoLease(EndpointMetadataCollection? metadata) =>
        metadata?.GetMetadata<ManagementEndpoint>() is not null || metadata?.GetMetadata<NoStoreNeeded>() is not null;
}

/// <summary>Looks at the lease once more between the work of a request and its answer.</summary>
internal sealed class ServingFilter(NodeLease lease) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        return lease.IsServing || context.HttpContext.Response.HasStarted ? answer : Refusal.StoreUnavailable.ToResult();
    }
}
