using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Profile;

/// <summary>Responsible for what people do with their own account.</summary>
internal sealed class ProfileService(AccountStore accounts, AccountService rules, PasswordQueue passwords, SessionService sessions, IEnumerable<IPersonalData> data)
{
    public async Task<Answer<Account>> GetAsync(long accountId) => await accounts.FindAsync(accountId) is { } account ? account : Refusal.NoSession;

    public async Task<Answer<Account>> ChangeAsync(CurrentSession session, ChangeProfileRequest request)
    {
        if (!session.Options.Profile.AllowChange) return Refusal.NotAllowed("profile.allowChange");
        if (new Checks().Line(request.DisplayName, "displayName", 100, least: 1).Refusal is { } refusal) return refusal;
        if (request.DisplayName is { } name) await accounts.RenameAsync(session.AccountId, name.Trim());
        return await GetAsync(session.AccountId);
    }

    /// <summary>Signs out every other session: who knew the old password is out.</summary>
    public async Task<Answer<bool>> ChangePasswordAsync(long accountId, long sessionId, ChangePasswordRequest request)
    {
        var checks = rules.CheckPassword(new Checks(), request.New, "new").Require(request.New != request.Current, "new", "must be another one than before.");
        if (checks.Refusal is { } refusal) return refusal;
        if (await accounts.FindAsync(accountId) is not { } account) return Refusal.NoSession;
        if (passwords.VerifyAsync(account.PasswordHash, request.Current) is not { } verifying) return AccountService.Busy;
        var isRight = await verifying;
        if (!isRight) await rules.MissedAsync(account); // guessing is guessing, with a session too
        if (await rules.AdmitAsync(isRight ? account : null) is { } refused) return refused == AccountPolicy.InvalidCredentials ? Refusal.Invalid("current", "is not your password.") : refused;
        if (passwords.HashAsync(request.New) is not { } hashing) return AccountService.Busy;

        await accounts.ChangePasswordAsync(accountId, await hashing);
        await sessions.EndOthersAsync(accountId, sessionId);
        return true;
    }

    public async Task<Dictionary<string, object>> ExportAsync(long accountId)
    {
        var export = new Dictionary<string, object>();
        foreach (var part in data) export[part.Name] = await part.ExportAsync(accountId);
        return export;
    }

    /// <summary>
    /// Everything about the person goes. Other sessions end first, so that nothing is added meanwhile; the account and this session last, so
    /// that a call that broke in the middle can be repeated.
    /// </summary>
    public async Task EraseAsync(long accountId, long sessionId)
    {
        await sessions.EndOthersAsync(accountId, sessionId);
        foreach (var part in data) await part.EraseAsync(accountId);
        await accounts.EraseAsync(accountId);
        await sessions.EndOthersAsync(accountId, exceptId: null);
    }
}

/// <summary>The account itself; <see cref="ProfileService.EraseAsync"/> erases it last.</summary>
internal sealed class AccountData(AccountStore accounts) : IPersonalData
{
    public string Name => "account";

    public async Task<object> ExportAsync(long accountId)
    {
        var account = (await accounts.FindAsync(accountId))!;
        return new { account.Username, account.DisplayName, account.State, account.CreatedAt };
    }

    public Task EraseAsync(long accountId) => Task.CompletedTask;
}
