namespace IntraMessenger.Node.Changes;

internal static class ChangesFeature
{
    public static IServiceCollection AddChanges(this IServiceCollection services)
    {
        services.AddSingleton<ChangeBus>();
        services.AddSingleton<ChangeStore>();
        services.AddSingleton<JournalReader>();
        return services;
    }
}
