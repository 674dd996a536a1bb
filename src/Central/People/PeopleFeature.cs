namespace IntraMessenger.Central.People;

/// <summary>What administrators see of accounts, and do with them.</summary>
internal static class PeopleFeature
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddSingleton<PeopleStore>().AddSingleton<PeopleService>();
}
