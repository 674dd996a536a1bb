using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Conferences;

internal static class ConferenceEndpoints
{
    public static async Task<IResult> CreateAsync(CreateConferenceRequest request, CurrentSession session, ConferenceService conferences) =>
        (await conferences.CreateAsync(session, request)).ToResult(made => Results.Json(made.Conversation, statusCode: made.IsNew ? 201 : 200));

    public static async Task<IResult> InviteAsync(string id, InviteRequest request, CurrentSession session, ConferenceService conferences) =>
        (await conferences.InviteAsync(session, id, request)).ToResult(Results.Ok);

    public static async Task<IResult> RemoveAsync(string id, string userId, CurrentSession session, ConferenceService conferences) =>
        (await conferences.RemoveAsync(session.AccountId, id, userId)).ToResult(_ => Results.NoContent());
}
