using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.People;

/// <summary>Responsible for whom a person finds. In the mode Normal: listed are accepted contacts; findable is every active account.</summary>
internal sealed class PeopleService(PeopleStore people)
{
    public async Task<Answer<ListAnswer<PersonView>>> ListAsync(long accountId, string? query, string? after, int limit)
    {
        var start = after is null ? 0 : Ids.Read(after);
        var checks = new Checks().Line(query, "query", 64, least: 1).Require(start is not null, "after", "must be the 'next' of an earlier answer.");
        if (checks.Refusal is { } refusal) return refusal;

        var found = query is null
            ? await people.ListedAsync(accountId, start!.Value, limit + 1)
            : await people.FindableAsync(accountId, query.Trim(), start!.Value, limit + 1);
        return ListAnswer<PersonView>.Of([.. found.Select(View)], limit, person => person.User.Id);
    }

    /// <summary>Everybody who can be found, by username, where the policy lets people browse.</summary>
    public async Task<Answer<ListAnswer<PersonView>>> ListAllAsync(CurrentSession session, string? query, string? after, int limit)
    {
        var checks = new Checks().Require(query is null, "query", "give either query or all.").Line(after, "after", Usernames.MostCharacters);
        if (checks.Refusal is { } refusal) return refusal;
        if (!session.Options.Directory.Browse) return Refusal.NotAllowed("directory.browse");

        var found = await people.AllAsync(session.AccountId, after ?? "", limit + 1);
        return ListAnswer<PersonView>.Of([.. found.Select(View)], limit, person => person.User.Username);
    }

    private static PersonView View(FoundPerson person) => new(
        new UserView(person.Id.ToString(), person.Username, person.DisplayName),
        person.IsListed ? person.Status.ForOthers() : null);
}
