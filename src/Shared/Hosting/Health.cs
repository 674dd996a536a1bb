using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Shared.Hosting;

/// <summary>One thing that must hold before a program takes work.</summary>
public interface IReadiness
{
    /// <summary>Null when all is well, else one sentence for the operator.</summary>
    string? NotReadyBecause { get; }

    /// <summary>Facts worth showing either way, such as the age of the settings in use.</summary>
    object? Facts => null;
}

/// <summary>Responsible for <c>/health/live</c> (the process answers) and <c>/health/ready</c> (it can do its work), on the management port.</summary>
public static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).OnManagementPort().DisableHttpMetrics().ExcludeFromDescription();
        app.MapGet("/health/ready", (HttpContext context) =>
        {
            var checks = context.RequestServices.GetServices<IReadiness>().ToArray();
            var reasons = checks.Select(check => check.NotReadyBecause).OfType<string>().ToArray();
            var facts = checks.Select(check => check.Facts).OfType<object>();
            return Results.Json(
                new { status = reasons.Length == 0 ? "ready" : "not ready", reasons, facts },
                statusCode: reasons.Length == 0 ? 200 : 503);
        }).OnManagementPort().DisableHttpMetrics().ExcludeFromDescription();
    }
}
