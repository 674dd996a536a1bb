using IntraMessenger.Central.Schema;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Central.Enrolment;

/// <summary>Who may call control: nodes and gateways, each by a key of its own.</summary>
internal static class EnrolmentFeature
{
    /// <summary>What enrolling needs; the command line uses it without a running control.</summary>
    public static IServiceCollection AddEnrolling(this IServiceCollection services)
    {
        services.TryAddSingleton<EnrolmentStore>();
        services.TryAddSingleton<EnrolmentService>();
        return services;
    }

    public static IServiceCollection AddEnrolment(this IServiceCollection services)
    {
        services.AddEnrolling();
        services.AddSingleton<EnrolledKeys>();
        services.AddHostedService<EnrolmentMonitor>();
        services.AddAuthorization();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, NodeKeyHandler>(NodeKeyHandler.Name, null)
            .AddScheme<AuthenticationSchemeOptions, GatewayKeyHandler>(GatewayKeyHandler.Name, null);
        // The framework tells every refused key at level Information; the answer itself is enough.
        return services.AddLogging(logging => logging.AddFilter(typeof(EnrolmentFeature).Namespace, LogLevel.Warning));
    }

    public static TBuilder RequireNodeKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.Require(NodeKeyHandler.Name);

    public static TBuilder RequireGatewayKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.Require(GatewayKeyHandler.Name);

    private static TBuilder Require<TBuilder>(this TBuilder builder, string scheme) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser().Build());
}
