using IntraMessenger.Central.Enrolment;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Reports;

/// <summary>What nodes tell of the settings that they apply, beside what was requested of them.</summary>
internal static class ReportsFeature
{
    private const int MostKeys = 500;
    private const int LongestReason = 4_000;

    public static IServiceCollection AddReports(this IServiceCollection services) => services.AddSingleton<ReportStore>();

    public static WebApplication MapReports(this WebApplication app)
    {
        app.MapPost(ClusterRoutes.SettingsReport, KeepAsync).OnManagementPort().RequireNodeKey();
        return app;
    }

    private static async Task<IResult> KeepAsync(HttpContext context, SettingsReport report, ReportStore reports)
    {
        if (new[] { report.Effective.Count, report.Local.Count, report.NotApplied.Count, report.Unknown.Count, report.Locked?.Count ?? 0 }.Max() > MostKeys)
            return Refusal.Invalid("effective", $"may name {MostKeys} options at the most.").ToResult();
        if (report.Refused is { } refused) report = report with { Refused = refused with { Reason = Reasons.Shortened(refused.Reason, LongestReason) } };
        await reports.KeepAsync(context.CallingNode().Id, report);
        return Results.NoContent();
    }
}
