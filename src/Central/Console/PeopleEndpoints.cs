using IntraMessenger.Central.People;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

/// <summary>The accounts, and what administrators do with them.</summary>
internal static class PeopleEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/people", ListAsync);
        console.MapGet("/people/{username}/options", PersonOptionsEndpoints.GetAsync);
        console.MapPut("/people/{username}/home", (string username, MovePerson wanted, PeopleService people) => AnswerAsync(people.MoveAsync(username, wanted.PolicySet)));
        console.MapPost("/people/{username}/approve", (string username, PeopleService people) => AnswerAsync(people.ApproveAsync(username)));
        console.MapPost("/people/{username}/lock", (string username, PeopleService people) => AnswerAsync(people.LockAsync(username)));
        console.MapPost("/people/{username}/unlock", (string username, PeopleService people) => AnswerAsync(people.UnlockAsync(username)));
        console.MapPost("/people/{username}/ban", (string username, PeopleService people) => AnswerAsync(people.BanAsync(username)));
        console.MapPost("/people/{username}/unban", (string username, PeopleService people) => AnswerAsync(people.UnbanAsync(username)));
    }

    private static async Task<IResult> ListAsync(PeopleService people, string? query = null, string? state = null, bool? outdated = null, string? after = null, int? limit = null)
    {
        var most = Limits.Items(limit);
        return (await people.ListAsync(new(query, state, outdated, after), most + 1)).ToResult(found =>
            Results.Json(new ItemList<PersonItem>([.. found.Take(most)], found.Count > most ? found[most - 1].Username : null)));
    }

    private static async Task<IResult> AnswerAsync(Task<Answer<PersonItem>> answer) => (await answer).ToResult(person => Results.Json(person));
}
