using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Conversations;

internal static class ConversationsFeature
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<ConversationService>();
        services.AddSingleton<WritingStore>();
        services.AddSingleton<WritingService>();
        services.AddSingleton<WritingRights>();
        services.AddSingleton<IEventSource, ConversationEvents>();
        return services;
    }

    public static RouteGroupBuilder MapConversations(this RouteGroupBuilder api)
    {
        var conversations = api.MapGroup("/conversations").ProducesProblem(404);
        conversations.MapGet("/", ConversationEndpoints.ListAsync).Produces<ListAnswer<ConversationView>>();
        conversations.MapGet("/{id}", ConversationEndpoints.GetAsync).Produces<ConversationView>();
        conversations.MapPut("/direct/{userId}", ConversationEndpoints.OpenDirectAsync).Produces<ConversationView>().ProducesProblem(403);
        conversations.MapPost("/{id}/read", ConversationEndpoints.MarkReadAsync).Produces(204);
        conversations.MapPost("/{id}/typing", ConversationEndpoints.TypingAsync).Produces(204).ProducesProblem(403);
        return api;
    }
}
