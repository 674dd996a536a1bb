using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Conversations;

internal static class ConversationEndpoints
{
    public static async Task<IResult> ListAsync(string? after, int? limit, CurrentSession session, ConversationService conversations) =>
        (await conversations.ListAsync(session.AccountId, after, Limits.Items(limit))).ToResult(Results.Ok);

    public static async Task<IResult> GetAsync(string id, CurrentSession session, ConversationService conversations) =>
        (await conversations.GetAsync(session.AccountId, id)).ToResult(Results.Ok);

    public static async Task<IResult> OpenDirectAsync(string userId, CurrentSession session, ConversationService conversations) =>
        (await conversations.OpenDirectAsync(session.AccountId, userId)).ToResult(Results.Ok);

    public static async Task<IResult> MarkReadAsync(string id, ReadRequest request, CurrentSession session, ConversationService conversations) =>
        (await conversations.MarkReadAsync(session.AccountId, id, request.Seq)).ToResult(_ => Results.NoContent());

    public static async Task<IResult> TypingAsync(string id, CurrentSession session, ConversationService conversations) =>
        (await conversations.TypingAsync(session.AccountId, id)).ToResult(_ => Results.NoContent());
}
