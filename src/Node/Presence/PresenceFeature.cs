using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Presence;

internal static class PresenceFeature
{
    public static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.AddSingleton<PresenceStore>();
        services.AddSingleton<PresenceService>();
        services.AddSingleton<IEventSource, PresenceEvents>();
        return services;
    }
}
