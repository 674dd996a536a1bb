using System.Diagnostics;
using System.Reflection;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Which program this is, for whoever looks at its metrics, traces and logs.</summary>
/// <param name="Service">Such as <c>intramessenger-node</c>.</param>
/// <param name="Instance">Which of them.</param>
public sealed record ProgramIdentity(string Service, string Instance)
{
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(Service, "intramessenger", Version, autoGenerateServiceInstanceId: false, Instance)
        .AddEnvironmentVariableDetector();
}

/// <summary>What a program tells of itself: metrics always, traces and logs where somebody wants them.</summary>
public static class TelemetryFeature
{
    /// <summary>
    /// Register it before everything else that runs: it then starts first and stops last. Throws <see cref="ArgumentException"/> with a
    /// line for each mistake of the operator.
    /// </summary>
    /// <param name="continuesTraces">Whether requests go on with the trace of their caller.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, ProgramIdentity program, bool continuesTraces)
    {
        var errors = new List<string>();
        var options = TelemetryOptions.Read(builder.Configuration, errors);
        if (errors.Count > 0) throw new ArgumentException(string.Join(Environment.NewLine, errors));
        program = program with { Instance = options.Instance ?? program.Instance };

        var services = builder.Services;
        services.AddSingleton(program);
        services.AddSingleton(options);
        services.AddMetrics<ExportWatch>();
        services.AddSingleton<PrometheusReader>();
        services.AddHostedService<TelemetryAgent>();
        services.AddMetrics<ReadyMetrics>();
        services.AddMetrics<RefusalMetrics>();
        services.AddSingleton<DistributedContextPropagator>(new TraceParentPropagator(continuesTraces));
        DistributedContextPropagator.Current = new TraceParentPropagator(extracts: false); // of HTTP clients, which only inject

        // .NET gives its spans no attributes otherwise; read as the web server is made.
        if (options.EndpointOf("traces") is not null) AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        if (options.EndpointOf("logs") is not { } endpoint) return;
        builder.Logging.AddOpenTelemetry(logs => logs.IncludeFormattedMessage = true);
        services.ConfigureOpenTelemetryLoggerProvider(logs => logs
            .SetResourceBuilder(program.Resource())
            .AddProcessor(provider => OtlpExport.Logs(endpoint, options, provider.GetRequiredService<ExportWatch>)));
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

    /// <summary>For the proxy: what a client wrote about traces goes no further, whether or not this program traces.</summary>
    public static IReadOnlyList<string> TraceHeaders => TraceParentPropagator.Headers;

    /// <summary>Leaves a request untraced whose caller <paramref name="isTrusted"/> does not hold for: nobody else begins traces of the cluster.</summary>
    public static void UseTraceTrust(this WebApplication app, Func<HttpContext, bool> isTrusted) => app.Use((context, next) =>
    {
        if (Activity.Current is { HasRemoteParent: true } activity && !isTrusted(context))
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        return next(context);
    });

    /// <summary><c>/metrics</c> on the management port, as Prometheus reads it.</summary>
    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", async (HttpContext context, PrometheusReader reader) =>
        await reader.ScrapeAsync(context.RequestAborted) is { } text
            ? Results.Bytes(text, PrometheusText.ContentType)
            : Refusal.Busy("The metrics cannot be collected at the moment. Ask again soon.").ToResult()).OnManagementPort().DisableHttpMetrics().ExcludeFromDescription();
}
