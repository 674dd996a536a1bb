using IntraMessenger.Node.Access;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Messages;

internal static class MessagesFeature
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddMetrics<MessageMetrics>();
        services.AddSingleton<MessageSpans>();
        services.AddSingleton<MessageStore>();
        services.AddSingleton<MessageLogStore>();
        services.AddSingleton<MessageCommit>();
        services.AddSingleton<MessageLog>();
        services.AddSingleton<MessageService>();
        services.AddSingleton<MembershipLog>();
        services.AddSingleton<IEventSource, MessageEvents>();
        services.AddSingleton<IPersonalData, MessageData>();
        return services;
    }

    public static RouteGroupBuilder MapMessages(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/conversations/{id}/messages").ProducesProblem(404);
        messages.MapPost("/", MessageEndpoints.SendAsync).WithProvenSession().Produces<SendAnswer>(201).Produces<SendAnswer>().ProducesProblem(403).ProducesProblem(409);
        messages.MapGet("/", MessageEndpoints.ListAsync).Produces<ListAnswer<MessageView>>();
        messages.MapPatch("/{seq:long}", MessageEndpoints.EditAsync).Produces<MessageView>().ProducesProblem(403);
        messages.MapDelete("/{seq:long}", MessageEndpoints.RemoveAsync).Produces(204).ProducesProblem(403);
        return api;
    }
}

internal sealed class MessageData(MessageStore messages, MessageService service, ConversationStore conversations) : IPersonalData
{
    public string Name => "messages";

    public async Task<object> ExportAsync(long accountId)
    {
        var all = new List<object>();
        foreach (var id in await conversations.EverInAsync(accountId))
        {
            for (long after = 0; await messages.OfAsync(id, accountId, after, 1000) is { Count: > 0 } part; after = part[^1].Seq)
                all.AddRange(part.Select(message => new { ConversationId = id.ToString(), message.Seq, message.SentAt, message.Text }));
        }

        return all;
    }

    public async Task EraseAsync(long accountId)
    {
        foreach (var id in await conversations.EverInAsync(accountId)) await service.EraseAsync(accountId, id);
    }
}
