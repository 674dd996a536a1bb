using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.People;

internal static class PeopleEndpoints
{
    public static async Task<IResult> ListAsync(string? query, string? after, int? limit, CurrentSession session, PeopleService people) =>
        (await people.ListAsync(session.AccountId, query, after, Limits.Items(limit))).ToResult(Results.Ok);
}
