namespace IntraMessenger.Central.Impact;

/// <summary>What a change of settings would do.</summary>
internal static class ImpactFeature
{
    public static IServiceCollection AddImpact(this IServiceCollection services) => services.AddSingleton<ImpactStore>().AddSingleton<ImpactService>();
}
