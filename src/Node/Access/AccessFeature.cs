using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Access;

internal static class AccessFeature
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddSingleton<RequestRates>();
}
