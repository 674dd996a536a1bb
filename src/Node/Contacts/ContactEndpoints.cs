using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Contacts;

internal static class ContactEndpoints
{
    public static async Task<IResult> ListAsync(string? after, int? limit, CurrentSession session, ContactService contacts) =>
        (await contacts.ListAsync(session.AccountId, after, Limits.Items(limit))).ToResult(Results.Ok);

    public static async Task<IResult> RequestAsync(RequestContactRequest request, CurrentSession session, ContactService contacts) =>
        (await contacts.RequestAsync(session, request)).ToResult(done => Results.Json(done.Contact, statusCode: done.IsNew ? 201 : 200));

    public static async Task<IResult> AcceptAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.AcceptAsync(session, userId)).ToResult(Results.Ok);

    public static async Task<IResult> DeclineAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.DeclineAsync(session, userId)).ToResult(_ => Results.NoContent());

    public static async Task<IResult> RefuseAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.RefuseAsync(session, userId)).ToResult(_ => Results.NoContent());

    public static async Task<IResult> BlockAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.BlockAsync(session, userId)).ToResult(Results.Ok);

    public static async Task<IResult> UnblockAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.UnblockAsync(session, userId)).ToResult(_ => Results.NoContent());

    public static async Task<IResult> ChangeAsync(string userId, ChangeContactRequest request, CurrentSession session, ContactService contacts) =>
        (await contacts.ChangeAsync(session, userId, request)).ToResult(Results.Ok);

    public static async Task<IResult> RemoveAsync(string userId, CurrentSession session, ContactService contacts) =>
        (await contacts.RemoveAsync(session, userId)).ToResult(_ => Results.NoContent());
}
