using System.Reflection;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Which program this is, for whoever looks at its metrics, traces and logs.</summary>
/// <param name="Service">Such as <c>intramessenger-node</c>.</param>
/// <param name="Instance">Which of them.</param>
public sealed record ProgramIdentity(string Service, string Instance)
{
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

/// <summary>What a program tells of itself: metrics always, traces and logs where somebody wants them.</summary>
public static class TelemetryFeature
{
    /// <summary>Register it before everything else that runs: it then starts first and stops last.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, ProgramIdentity program)
    {
        var services = builder.Services;
        services.AddSingleton(program);
        services.AddSingleton<PrometheusReader>();
        services.AddHostedService<TelemetryAgent>();
        services.AddMetrics<ReadyMetrics>();
    }

    public static IServiceCollection AddMetrics<T>(this IServiceCollection services) where T : class, IMetrics
    {
        services.TryAddSingleton<T>();
        services.AddSingleton<IMetrics>(provider => provider.GetRequiredService<T>());
        return services;
    }

    /// <summary>This request waits on purpose, until there is something to answer: how long is nobody's duration.</summary>
    public static void IsHeld(this HttpContext context)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } measured) measured.MetricsDisabled = true;
    }

    /// <summary><c>/metrics</c> on the management port, as Prometheus reads it.</summary>
    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", async (HttpContext context, PrometheusReader reader) =>
        await reader.ScrapeAsync(context.RequestAborted) is { } text
            ? Results.Bytes(text, PrometheusText.ContentType)
            : Refusal.Busy("The metrics cannot be collected at the moment. Ask again soon.").ToResult()).OnManagementPort().DisableHttpMetrics().ExcludeFromDescription();
}
