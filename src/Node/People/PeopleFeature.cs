namespace IntraMessenger.Node.People;

internal static class PeopleFeature
{
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<PeopleStore>();
        services.AddSingleton<PeopleService>();
        return services;
    }

    public static RouteGroupBuilder MapPeople(this RouteGroupBuilder api)
    {
        api.MapGet("/directory", PeopleEndpoints.ListAsync).Produces<ListAnswer<PersonView>>().ProducesProblem(403);
        return api;
    }
}
