using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Accounts;

/// <summary>Who may sign in, and what a password must be like.</summary>
internal static class AccountPolicy
{
    /// <summary>The longest password: hashing takes the same time for any, reading does not.</summary>
    public const int PasswordMaxLength = 256;

    public static readonly Refusal InvalidCredentials = new(401, "invalid-credentials", "Invalid credentials", "The name or the password is wrong. Check both and try again. After several wrong passwords an account may be closed for a while, also to the right one.");

    public static readonly Refusal Pending = new(403, "account-pending", "Account pending", "An administrator has yet to approve this account.");

    public static readonly Refusal PasswordExpired =
        new(403, "password-expired", "Password expired", "The password is older than it may be here. Choose a new one with PUT /me/password, or sign out.");

    private static readonly Refusal Locked = new(403, "account-locked", "Account locked", "This account is locked. Ask your administrator.");

    /// <summary>Why somebody with the right password may not sign in. Whoever guesses must not learn from a closed account which password is right, whatever else is against it.</summary>
    /// <param name="home">The options of the account's home set.</param>
    public static Refusal? WhyNot(SignInFacts account, AccountOptions home) => account.IsLocked ? InvalidCredentials : account.State switch
    {
        AccountState.Pending => Pending,
        AccountState.Banned => new Refusal(403, "banned", "Banned", "This account may not be used here any more."),
        AccountState.Locked => Locked,
        AccountState.Active when IsUnused(account.IdleDays, account.DaysWithoutContact, home) => Locked,
        AccountState.Active => null,
        _ => InvalidCredentials,
    };

    /// <summary>Whether the account is locked because nobody uses it, or because it has no contact.</summary>
    public static bool IsUnused(int idleDays, int? daysWithoutContact, AccountOptions home) =>
        Has(idleDays, home.LockInactiveDays) || Has(daysWithoutContact, home.LockWithoutContactsDays);

    public static bool IsExpired(int passwordDays, AccountOptions home) => Has(passwordDays, home.PasswordValidDays);

    /// <summary>What is wrong with a new password, in words for a form; null where nothing is.</summary>
    public static string? WhyNot(string password, AccountOptions options)
    {
        if (password.Length < options.PasswordMinLength || password.Length > PasswordMaxLength) return $"must have {options.PasswordMinLength} to {PasswordMaxLength} characters.";
        if (options.PasswordNeedsDigitAndLetter && !(password.Any(char.IsDigit) && password.Any(char.IsLetter))) return "must have a digit and a letter.";
        if (options.PasswordNeedsUpperAndLower && !(password.Any(char.IsUpper) && password.Any(char.IsLower))) return "must have a capital and a small letter.";
        return options.PasswordNeedsSpecial && password.All(char.IsLetterOrDigit) ? "must have a character that is neither letter nor digit." : null;
    }

    private static bool Has(int? days, int most) => most > 0 && days >= most;
}
