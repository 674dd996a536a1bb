using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
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

        if (await PrepareAsync(name!, request.DisplayName, request.Password) is not { } prepared) return Busy;
        return await accounts.InsertAsync(prepared) is { } account
            ? account
            : new Refusal(409, "username-taken", "Username taken", "Somebody has this name, or one that looks like it. Choose another.");
    }

    public Task<Account?> FindAsync(long id) => accounts.FindAsync(id);

    /// <summary>
    /// Who this is. Where <c>accounts.createAtSignIn</c> makes accounts, an unknown name gets one to be made together with its session.
    /// Null where the queue for hashing is full: whatever the name, so that nothing is told.
    /// </summary>
    public async Task<Identified?> IdentifyAsync(string username, string password)
    {
        var (name, _) = Usernames.Read(username);
        if (password.Length > PasswordMaxLength) password = "";
        var account = name is null ? null : await accounts.FindByNameAsync(name.Key);
        if (account is null && name is not null && options.CurrentValue.CreateAtSignIn && CheckPassword(new Checks(), password, "password").Refusal is null)
            return await PrepareAsync(name, null, password) is { } prepared ? new Identified(null, prepared) : null;

        if (passwords.VerifyAsync(account?.PasswordHash, password) is not { } verifying) return null;
        return new Identified(await verifying ? account : null, null);
    }

    /// <summary>In the transaction that opens the first session. Fails as a duplicate where somebody was faster with the name.</summary>
    public Task<Account> MakeAsync(StoreTransaction transaction, NewAccount account) => accounts.InsertAsync(transaction, account);

    public Checks CheckPassword(Checks checks, string password, string field)
    {
        var least = options.CurrentValue.PasswordMinLength;
        return checks.Require(password.Length >= least && password.Length <= PasswordMaxLength, field, $"must have {least} to {PasswordMaxLength} characters.");
    }

    public static Refusal Busy { get; } = Refusal.Busy("Many people sign in or up at the moment. Repeat the request soon.");

    /// <summary>Null where the queue is full.</summary>
    private async Task<NewAccount?> PrepareAsync(Username name, string? displayName, string password) => passwords.HashAsync(password) is { } hashing
        ? new NewAccount(name, displayName?.Trim() ?? name.Written, await hashing, policySet.Required.Id)
        : null;
}

/// <summary>Whom a name and a password belong to: an account, one to be made, or neither.</summary>
internal sealed record Identified(Account? Account, NewAccount? New);
