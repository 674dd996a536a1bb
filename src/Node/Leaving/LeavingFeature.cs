using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Leaving;

internal static class LeavingFeature
{
    private static readonly Refusal Draining = Refusal.Busy("This server lets its people go to another one. Repeat the request, through the gateway if there is one.") with
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static IServiceCollection AddLeaving(this IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<Drain>());
        services.AddMetrics<LeavingMetrics>();
        services.AddHostedService<LeaveAgent>();
        // Moving everybody, then the requests that are under way; the lease ends after it (3 s). The unit's TimeoutStopSec is longer.
        return services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    /// <summary>A call by which a client comes to stay: refused by a node that lets its people go.</summary>
    public static TBuilder TakesClients<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new TakesClients());

    public static void UseLeaving(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((context, next) => drain.IsOn && context.GetEndpoint()?.Metadata.GetMetadata<TakesClients>() is not null ? context.Response.WriteAsync(Draining) : next(context));
    }
}

internal sealed class TakesClients;
