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
internal sealed record NewAccount(Username Name, string DisplayName, string PasswordHash, int HomeSetId, string State = AccountState.Active);

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

    /// <summary>How old the password is.</summary>
    public int PasswordDays { get; init; }

    /// <summary>The ids of the roles that the person was given, separated by commas.</summary>
    public string Roles { get; init; } = "";

    /// <summary>Whether it got what every new account gets.</summary>
    public bool HasParts { get; init; }

    public UserView ToView() => new(Id.ToString(), Username, DisplayName);
}

/// <summary>What decides whether somebody with the right password may sign in.</summary>
internal sealed class SignInFacts
{
    public string State { get; init; } = "";

    /// <summary>Because of wrong passwords.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Since the account was used last, or unlocked.</summary>
    public int IdleDays { get; init; }

    /// <summary>Since the account was made, or unlocked; null where it has a contact.</summary>
    public int? DaysWithoutContact { get; init; }
}
