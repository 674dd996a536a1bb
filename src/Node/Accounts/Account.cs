namespace IntraMessenger.Node.Accounts;

internal static class AccountState
{
    public const string Active = "active";
    public const string Pending = "pending";
    public const string Locked = "locked";
    public const string Banned = "banned";
    public const string Erased = "erased";
}

/// <summary>An account to be made.</summary>
internal sealed record NewAccount(Username Name, string DisplayName, string PasswordHash, int HomeSetId);

/// <summary>An account as the store has it.</summary>
internal sealed class Account
{
    public long Id { get; init; }
    public string Username { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public string State { get; init; } = "";
    public int HomeSetId { get; init; }
    public DateTime CreatedAt { get; init; }

    /// <summary>The ids of the roles that the person was given, separated by commas.</summary>
    public string Roles { get; init; } = "";

    public UserView ToView() => new(Id.ToString(), Username, DisplayName);
}
