namespace IntraMessenger.Node.Reporting;

internal static class ReportingFeature
{
    public static IServiceCollection AddReporting(this IServiceCollection services) => services.AddHostedService<HeartbeatAgent>();
}
