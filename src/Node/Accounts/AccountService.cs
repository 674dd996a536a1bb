using System.Security.Cryptography;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Accounts;

/// <summary>Responsible for making accounts and for who somebody is by name and password.</summary>
internal sealed class AccountService(
    AccountStore accounts, PasswordQueue passwords, PolicySet policySet, PeopleRules rules, IOptionsMonitor<AccountOptions> options, TimeProvider time)
{
    /// <summary>A wrong password is answered this long after it was checked: counting it takes less, so that the time does not tell whether there was anything to count.</summary>
    private static readonly TimeSpan WrongTakes = TimeSpan.FromMilliseconds(100);

    public async Task<Answer<Account>> CreateAsync(CreateAccountRequest request)
    {
        var current = options.CurrentValue;
        if (current.Registration != "open")
            return new Refusal(403, "registration-closed", "Registration closed", "Accounts are made by an administrator here. Ask yours for one.");
        if (current.RegistrationCode.Length > 0 && !CryptographicOperations.FixedTimeEquals(Secrets.Hash(request.Code ?? ""), Secrets.Hash(current.RegistrationCode)))
            return new Refusal(403, "registration-code-wrong", "Registration code wrong", "Making an account here needs a code, and this is not it. Ask your administrator for it.");

        var (name, whyNot) = Usernames.Read(request.Username);
        var checks = new Checks().Require(name is not null, "username", whyNot ?? "").Line(request.DisplayName, "displayName", 100, least: 1)
            .Require(name is null || IsLongEnough(name), "username", $"must have {current.UsernameMinLength} to {Usernames.MostCharacters} characters.");
        if (CheckPassword(checks, request.Password, "password").Refusal is { } refusal) return refusal;

        if (await PrepareAsync(name!, request.DisplayName, request.Password) is not { } prepared) return Busy;
        return await accounts.InsertAsync(prepared, current.Max) switch
        {
            { IsOverLimit: true } => Full,
            { Account: { } account } => account,
            _ => new Refusal(409, "username-taken", "Username taken", "Somebody has this name, or one that looks like it. Choose another."),
        };
    }

    public Task<Account?> FindAsync(long id) => accounts.FindAsync(id);

    /// <summary>
    /// Who this is. Where <c>accounts.createAtSignIn</c> makes accounts, an unknown name gets one to be made together with its session.
    /// Null where the queue for hashing is full: whatever the name, so that nothing is told.
    /// </summary>
    public async Task<Identified?> IdentifyAsync(string username, string password)
    {
        var (name, _) = Usernames.Read(username);
        if (password.Length > AccountPolicy.PasswordMaxLength) password = "";
        var account = name is null ? null : await accounts.FindByNameAsync(name.Key);
        if (account is null && name is not null && MakesAtSignIn(name) && CheckPassword(new Checks(), password, "password").Refusal is null)
            return await PrepareAsync(name, null, password) is { } prepared ? new Identified(null, prepared) : null;

        if (passwords.VerifyAsync(account?.PasswordHash, password) is not { } verifying) return null;
        if (await verifying) return new Identified(account, null);
        await MissedAsync(account);
        return new Identified(null, null);
    }

    /// <summary>A wrong password was given for the account, null for none.</summary>
    public Task MissedAsync(Account? account)
    {
        var counting = account is not null && HomeOf(account) is { MaxPasswordErrors: > 0 } home
            ? accounts.CountErrorAsync(account.Id, home.MaxPasswordErrors, home.LockMinutes)
            : Task.CompletedTask;
        return Task.WhenAll(counting, Task.Delay(WrongTakes, time));
    }

    /// <summary>
    /// The right password was given: null where that is enough to sign in. Wrong ones before it are forgotten, unless they locked the account: then
    /// the answer is that of a wrong one, and as late.
    /// </summary>
    public async Task<Refusal?> AdmitAsync(Account? account)
    {
        if (account is null) return AccountPolicy.InvalidCredentials;
        var wrongTakes = Task.Delay(WrongTakes, time);
        var refusal = AccountPolicy.WhyNot(await accounts.AdmitAsync(account.Id), HomeOf(account));
        if (refusal == AccountPolicy.InvalidCredentials) await wrongTakes;
        return refusal;
    }

    /// <summary>In the transaction that opens a session: the account, with all that it is to have. Fails as a duplicate where somebody was faster with the name.</summary>
    public async Task<Account> ReadyAsync(StoreTransaction transaction, Identified who)
    {
        if (who.Account is not { } account) return await accounts.InsertAsync(transaction, who.New!);
        if (!account.HasParts) await accounts.GivePartsAsync(transaction, account.Id, policySet.Required.Id);
        return account;
    }

    /// <summary>In the same transaction, when it has the counter of places: whether there are too many accounts with the one that it made.</summary>
    public async Task<Refusal?> WhyNotMadeAsync(StoreTransaction transaction) =>
        await accounts.IsOverAsync(transaction, policySet.Required.Id, options.CurrentValue.Max) ? Full : null;

    /// <summary>Makes an account that has yet to be approved, and says so. Null where somebody was faster with the name.</summary>
    public async Task<Refusal?> MakePendingAsync(NewAccount account) => await accounts.InsertAsync(account, options.CurrentValue.Max) switch
    {
        { IsOverLimit: true } => Full,
        { Account: not null } => AccountPolicy.Pending,
        _ => null,
    };

    public Checks CheckPassword(Checks checks, string password, string field)
    {
        var whyNot = AccountPolicy.WhyNot(password, options.CurrentValue);
        return checks.Require(whyNot is null, field, whyNot ?? "");
    }

    public static Refusal Busy { get; } = Refusal.Busy("Many people sign in or up at the moment. Repeat the request soon.");

    private Refusal Full => new(409, "max-accounts", "No more accounts", $"There may be {options.CurrentValue.Max} accounts here, and there are. Ask your administrator.")
    {
        Limit = new ReachedLimit("accounts.max", options.CurrentValue.Max),
    };

    private AccountOptions HomeOf(Account account) => rules.AtHome(account.HomeSetId, account.Roles).Accounts;

    private bool MakesAtSignIn(Username name) => options.CurrentValue is { CreateAtSignIn: true, RegistrationCode: "" } && IsLongEnough(name);

    private bool IsLongEnough(Username name) => name.Written.Length >= options.CurrentValue.UsernameMinLength;

    /// <summary>Null where the queue is full.</summary>
    private async Task<NewAccount?> PrepareAsync(Username name, string? displayName, string password) => passwords.HashAsync(password) is { } hashing
        ? new NewAccount(name, displayName?.Trim() ?? name.Written, await hashing, policySet.Required.Id, options.CurrentValue.Approval ? AccountState.Pending : AccountState.Active)
        : null;
}

/// <summary>Whom a name and a password belong to: an account, one to be made, or neither.</summary>
internal sealed record Identified(Account? Account, NewAccount? New);
