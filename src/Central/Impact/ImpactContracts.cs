using IntraMessenger.Central.Settings;

namespace IntraMessenger.Central.Impact;

/// <summary>What a change would do, before it is saved.</summary>
/// <param name="Changes">Of the sheet itself.</param>
/// <param name="PolicySets">Those for which the value of an option becomes another one; of a role all, as its people come by any of them.</param>
/// <param name="Nodes">Those to which it would come.</param>
/// <param name="Over">Limits that would be lower than what is used. Nobody is thrown out; nobody is admitted until there is room.</param>
internal sealed record ChangeImpact(
    IReadOnlyDictionary<string, OptionChange> Changes, IReadOnlyList<ChangedSet> PolicySets, IReadOnlyList<TouchedNode> Nodes, TouchedPeople People,
    IReadOnlyList<OverLimit> Over);

/// <param name="Effective">What holds for all its nodes, before roles.</param>
internal sealed record ChangedSet(string Key, IReadOnlyDictionary<string, OptionChange> Effective);

/// <param name="Keeps">Changed options for which its local file says a value of its own: they stay as they are there.</param>
/// <param name="Effective">What becomes another value on it, before roles: also by a lock that comes over its local file, or goes.</param>
internal sealed record TouchedNode(string Name, string PolicySet, bool Alive, IReadOnlyList<string> Keeps, IReadOnlyDictionary<string, OptionChange> Effective);

/// <param name="Connected">With a place under a policy set for which, or for a node of which, a value becomes another one.</param>
/// <param name="AtHome">Whose home set is one of them.</param>
/// <param name="Holders">Of a role: who holds it.</param>
internal sealed record TouchedPeople(int Connected, int AtHome, int? Holders);

/// <param name="Count">How many are over: of <paramref name="What"/>.</param>
/// <param name="Highest">The most that one of them uses.</param>
/// <param name="Role">Which role says the new limit; null where the policy set or the cluster does.</param>
internal sealed record OverLimit(string Option, string PolicySet, long Value, string What, long Count, long Highest, string? Role);

/// <summary>How much of what an option limits is used.</summary>
internal sealed record LimitUse
{
    /// <summary>Of who or what uses it: a person, an address, a conference. Where several people have to do with it, it comes once for each combination of their roles.</summary>
    public string Id { get; init; } = "";

    /// <summary>The policy set that says the limit where no role does.</summary>
    public int SetId { get; init; }

    /// <summary>The ids of the roles that the person was given, separated by commas.</summary>
    public string Roles { get; init; } = "";

    public long Used { get; init; }
}

/// <summary>People of policy sets.</summary>
internal sealed record PeopleCount
{
    public int Connected { get; init; }
    public int AtHome { get; init; }
}
