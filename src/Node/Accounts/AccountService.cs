using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Accounts;

/// <summary>Responsible for making accounts and for who somebody is by name and password.</summary>
internal sealed class AccountService(AccountStore accounts, PasswordQueue passwords, PolicySet policySet, IOptionsMonitor<AccountOptions> options)
{
    /// <summary>The longest password: hashing takes the same time for any, reading does not.</summary>
    private const int PasswordMaxLength = 256;

    public async Task<Answer<Account>> CreateAsync(CreateAccountRequest request)
    {
        if (options.CurrentValue.Registration != "open")
            return new Refusal(403, "registration-closed", "Registration closed", "Accounts are made by an administrator here. Ask yours for one.");

        var (name, whyNot) = Usernames.Read(request.Username);
        var checks = new Checks().Require(name is not null, "username", whyNot ?? "").Line(request.DisplayName, "displayName", 100, least: 1);
        if (CheckPassword(checks, request.Password, "password").Refusal is { } refusal) return refusal;

        if (await InsertAsync(name!, request.DisplayName, request.Password) is not { } made) return Busy;
        if (made.Account is { } account) return account;
        return new Refusal(409, "username-taken", "Username taken", "Somebody has this name, or one that looks like it. Choose another.");
    }

    /// <summary>
    /// Who this is, and whether the account was made by asking (<c>accounts.createAtSignIn</c>). Null where the queue for hashing is
    /// full: whatever the name, so that nothing is told.
    /// </summary>
    public async Task<(Account? Account, bool Created)?> IdentifyAsync(string username, string password)
    {
        var (name, _) = Usernames.Read(username);
        if (password.Length > PasswordMaxLength) password = "";
        var account = name is null ? null : await accounts.FindByNameAsync(name.Key);
        if (account is null && name is not null && options.CurrentValue.CreateAtSignIn && CheckPassword(new Checks(), password, "password").Refusal is null)
        {
            if (await InsertAsync(name, null, password) is not { } made) return null;
            if (made.Account is not null) return (made.Account, true);
            account = await accounts.FindByNameAsync(name.Key); // somebody was faster with the same name
        }

        if (passwords.VerifyAsync(account?.PasswordHash, password) is not { } verifying) return null;
        return (await verifying ? account : null, false);
    }

    public Checks CheckPassword(Checks checks, string password, string field)
    {
        var least = options.CurrentValue.PasswordMinLength;
        return checks.Require(password.Length >= least && password.Length <= PasswordMaxLength, field, $"must have {least} to {PasswordMaxLength} characters.");
    }

    public static Refusal Busy { get; } = Refusal.Busy("Many people sign in or up at the moment. Repeat the request soon.");

    /// <summary>Null where the queue is full; no account where the name is taken.</summary>
    private async Task<(Account? Account, bool _)?> InsertAsync(Username name, string? displayName, string password)
    {
        if (passwords.HashAsync(password) is not { } hashing) return null;
        var hash = await hashing;
        return (await accounts.InsertAsync(name, displayName?.Trim() ?? name.Written, hash, AccountState.Active, policySet.Required.Id), true);
    }
}
