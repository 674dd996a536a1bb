using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.People;

internal static class PeopleEndpoints
{
    public static async Task<IResult> ListAsync(string? query, bool? all, string? after, int? limit, CurrentSession session, PeopleService people) =>
        (all == true
            ? await people.ListAllAsync(session, query, after, Limits.Items(limit))
            : await people.ListAsync(session.AccountId, query, after, Limits.Items(limit))).ToResult(Results.Ok);
}
