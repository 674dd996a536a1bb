using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Messages;

internal static class MessageEndpoints
{
    public static async Task<IResult> SendAsync(string id, SendRequest request, CurrentSession session, MessageService messages) =>
        (await messages.SendAsync(session, id, request)).ToResult(sent => Results.Json(sent.Answer, statusCode: sent.IsNew ? 201 : 200));

    public static async Task<IResult> ListAsync(string id, long? after, long? before, int? limit, CurrentSession session, MessageService messages) =>
        (await messages.ListAsync(session.AccountId, id, after, before, Limits.Items(limit))).ToResult(Results.Ok);

    public static async Task<IResult> EditAsync(string id, long seq, EditRequest request, CurrentSession session, MessageService messages) =>
        (await messages.EditAsync(session, id, seq, request)).ToResult(Results.Ok);

    public static async Task<IResult> RemoveAsync(string id, long seq, CurrentSession session, MessageService messages) =>
        (await messages.RemoveAsync(session, id, seq)).ToResult(_ => Results.NoContent());
}
