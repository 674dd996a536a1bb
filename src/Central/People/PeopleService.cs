using System.Text;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.People;

/// <summary>Responsible for what administrators do with accounts: finding, approving, locking, banning, moving. What is done already is done again.</summary>
internal sealed class PeopleService(PeopleStore people, SettingsService settings)
{
    private static readonly string[] States = ["active", "pending", "locked", "banned"];

    public async Task<Answer<IReadOnlyList<PersonItem>>> ListAsync(PeopleQuery query, int most)
    {
        if (query.State is not null && !States.Contains(query.State)) return Refusal.Invalid("state", $"must be one of {string.Join(", ", States)}.");
        if (settings.Current is not { } current) return Refusal.StoreUnavailable;
        return (await people.ListAsync(query with { Query = Key(query.Query ?? ""), After = Key(query.After ?? "") }, Homes(current), most)).ToArray();
    }

    public Task<Answer<PersonItem>> ApproveAsync(string username) => ChangeAsync(username, new(From: ["pending"], To: "active", StartsAnew: true));

    /// <summary>Until an administrator unlocks it. The person is signed out everywhere.</summary>
    public Task<Answer<PersonItem>> LockAsync(string username) => ChangeAsync(username, new(From: ["active"], To: "locked", SignsOut: true));

    /// <summary>Whatever locked it: an administrator, wrong passwords, a long time without use.</summary>
    public Task<Answer<PersonItem>> UnlockAsync(string username) => ChangeAsync(username, new(From: ["locked", "active"], To: "active", StartsAnew: true));

    public Task<Answer<PersonItem>> BanAsync(string username) => ChangeAsync(username, new(From: ["active", "pending", "locked"], To: "banned", SignsOut: true));

    public Task<Answer<PersonItem>> UnbanAsync(string username) => ChangeAsync(username, new(From: ["banned"], To: "active", StartsAnew: true));

    public async Task<Answer<PersonItem>> MoveAsync(string username, string policySet)
    {
        if (settings.Current?.Sets.Values.FirstOrDefault(set => set.Name == policySet) is not { } home || !await people.MoveAsync(Key(username), home.Id))
            return await FindAsync(username) is { Refusal: { } refusal } ? refusal : Refusal.Invalid("policySet", "is not the key of a policy set.");
        return await FindAsync(username);
    }

    private async Task<Answer<PersonItem>> ChangeAsync(string username, StateChange change)
    {
        if (await people.ChangeAsync(Key(username), change) is { } state)
            return new Refusal(409, "wrong-state", "Wrong state", $"The account is {state}: this can be done with one that is {string.Join(" or ", change.From)}.");
        return await FindAsync(username);
    }

    private async Task<Answer<PersonItem>> FindAsync(string username)
    {
        if (settings.Current is not { } current) return Refusal.StoreUnavailable;
        return await people.FindAsync(Key(username), Homes(current)) is { } person ? person : RoleService.UserNotFound;
    }

    private static HomeRules[] Homes(SettingsSnapshot current) =>
    [
        .. current.Sets.Values.Select(set => (set, OptionBinding.Bind(OptionLayers.OfSet(current.Cluster.Options, set.Name, set.Content.Options).Compose()).Accounts))
            .Select(home => new HomeRules(home.set.Id.OwnerId, home.set.Name, home.Accounts.OutdatedDays, home.Accounts.LockInactiveDays, home.Accounts.LockWithoutContactsDays)),
    ];

    // As nodes compare usernames.
    private static string Key(string username) => username.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}

/// <param name="From">The states in which it can be done.</param>
/// <param name="StartsAnew">Whether wrong passwords are forgotten, and times without use count from now on.</param>
/// <param name="SignsOut">Whether all sessions end.</param>
internal sealed record StateChange(IReadOnlyList<string> From, string To, bool StartsAnew = false, bool SignsOut = false);

/// <summary>What a home set says of times without use, in days; 0 for never.</summary>
internal sealed record HomeRules(int Id, string Key, int Outdated, int Inactive, int WithoutContacts);
