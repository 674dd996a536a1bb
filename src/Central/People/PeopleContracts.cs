namespace IntraMessenger.Central.People;

/// <param name="State"><c>active</c>, <c>pending</c>, <c>locked</c> or <c>banned</c>; locked also where only signing in is: after wrong passwords, or unused for too long.</param>
/// <param name="PolicySet">The home set.</param>
/// <param name="LastUsedAt">Now, for who is connected; when it was made, for an account that was never used.</param>
/// <param name="LockedUntil">Where the lock ends by itself.</param>
/// <param name="Outdated">Whether it was not used for <c>accounts.outdatedDays</c>.</param>
internal sealed record PersonItem(
    string Id, string Username, string DisplayName, string State, string PolicySet, DateTime CreatedAt, DateTime LastUsedAt, DateTime? LockedUntil, bool Outdated, int Sessions);

internal sealed record MovePerson(string PolicySet);

/// <summary>Which people are asked for.</summary>
/// <param name="Query">The beginning of the username or of the display name.</param>
/// <param name="After">A username.</param>
internal sealed record PeopleQuery(string? Query, string? State, bool? Outdated, string? After);
