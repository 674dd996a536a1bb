using System.Diagnostics;
using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Counts what people are refused, by the problem's code.</summary>
public sealed class RefusalMetrics(IMeterFactory factory, ICommonTags? tags = null) : IMetrics
{
    private readonly Counter<long> _refusals = factory.CreateMeter().CreateCounter<long>(
        "intramessenger.refusals", "{refusal}", "Refusals answered on the public port, by the code of the problem and the option that was at its limit.");

    public void Refused(Refusal refusal)
    {
        var measured = new TagList(tags is null ? [] : tags.Tags) { { "code", refusal.Code } };
        if (refusal.Limit is { } limit) measured.Add("option", limit.Option);
        _refusals.Add(1, measured);
    }
}

public static class RefusalMetricsExtensions
{
    /// <summary>Around all that may refuse.</summary>
    public static void UseRefusalMetrics(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<RefusalMetrics>();
        var management = app.Services.GetRequiredService<ManagementPort>().Number;
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Connection.LocalPort != management && context.Features.Get<Refusal>() is { } refusal) metrics.Refused(refusal);
        });
    }
}
