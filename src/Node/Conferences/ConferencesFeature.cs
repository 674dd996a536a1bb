using IntraMessenger.Node.Conversations;

namespace IntraMessenger.Node.Conferences;

internal static class ConferencesFeature
{
    public static IServiceCollection AddConferences(this IServiceCollection services)
    {
        services.AddSingleton<ConferenceStore>();
        services.AddSingleton<ConferenceService>();
        services.AddSingleton<IPersonalData, ConferenceData>();
        return services;
    }

    public static RouteGroupBuilder MapConferences(this RouteGroupBuilder api)
    {
        var conferences = api.MapGroup("/conversations").ProducesProblem(403).ProducesProblem(404);
        conferences.MapPost("/", ConferenceEndpoints.CreateAsync).Produces<ConversationView>(201).Produces<ConversationView>().ProducesProblem(409);
        conferences.MapPost("/{id}/members", ConferenceEndpoints.InviteAsync).Produces<ConversationView>().ProducesProblem(409);
        conferences.MapDelete("/{id}/members/{userId}", ConferenceEndpoints.RemoveAsync).Produces(204);
        return api;
    }
}
