using System.Data.Common;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>Somebody who just signed in. The token is in no other place.</summary>
internal sealed record SignedIn(string Token, StoredSession Session, Account Account, bool Created);

/// <summary>Responsible for sessions: signing in and out, who a token belongs to, and what holds the place of a person.</summary>
internal sealed class SessionService(
    SessionStore sessions, PlaceService places, AccountService accounts, PresenceService presence, ChangeStore changes, ChangeBus bus, Store store,
    PolicySet policySet, HeldSessions held, PeopleRules rules)
{
    // A thousand clients that come at once are not a thousand questions.
    private readonly Gathering<byte[], CurrentSession?> _finding = new(most: 200, rounds: 4, hashes => sessions.FindAsync(hashes, policySet.Required.Id));

    public async Task<Answer<SignedIn>> SignInAsync(SignInRequest request)
    {
        var client = request.Client ?? new ClientDescription();
        var checks = new Checks().Line(client.Kind, "client.kind", 32).Line(client.Name, "client.name", 64).Line(client.Version, "client.version", 32)
            .Require(request.Username.Length is > 0 and <= 256, "username", "must have 1 to 64 characters.")
            .Require(request.Password.Length is > 0 and <= 1024, "password", "must have 1 to 256 characters.");
        if (checks.Refusal is { } invalid) return invalid;

        for (var again = false; ; again = true)
        {
            if (await accounts.IdentifyAsync(request.Username, request.Password) is not { } who) return places.Full;
            if (who.New is null && WhyNot(who.Account) is { } refusal) return refusal;
            try
            {
                var token = Secrets.New();
                return await places.WithPlaceAsync(() => OpenAsync(token, who, client));
            }
            catch (DbException e) when (e.IsDuplicate() && who.New is not null)
            {
                if (again) return InvalidCredentials; // a name that looks like another one
                // Somebody was faster with the same name: then it is theirs.
            }
        }
    }

    /// <summary>A session and its person as the store has them now, and the store's time.</summary>
    public async Task<Answer<(StoredSession Session, Account Account, DateTime Now)>> ResumeAsync(CurrentSession current)
    {
        var now = await changes.NowAsync(); // first: what happens meanwhile comes as an event
        return await sessions.FindOfAsync(current.AccountId, current.Id) is { } session && await accounts.FindAsync(current.AccountId) is { } account
            ? (session, account, now)
            : Refusal.NoSession;
    }

    /// <summary>
    /// Whose token this is; null where it is nobody's here. With <paramref name="provenLater"/> a session that this node holds is believed
    /// without asking the store.
    /// </summary>
    public async Task<CurrentSession?> FindAsync(string token, bool provenLater)
    {
        if (token.Length is <= 20 or >= 200) return null;
        var hash = Secrets.Hash(token);
        return provenLater && held.Find(hash) is { } known ? known : await _finding.RunAsync(hash);
    }

    /// <summary>
    /// What any request does to the place of its session: nothing most of the time, a time stamp now and then, and a new place where the
    /// old one was given away. Null where all is well.
    /// </summary>
    public async Task<Refusal?> KeepPlaceAsync(CurrentSession session)
    {
        if (session.HasPlace)
        {
            if (!session.IsStale) return null;
            await sessions.TouchAsync(session.Id);
            return null;
        }

        return (await places.WithPlaceAsync(() => InPlaceAsync(session.AccountId, async (transaction, _) =>
        {
            await sessions.TouchAsync(transaction, session.Id);
            return session;
        }))).Refusal;
    }

    /// <summary>Reads again who holds which role, of these people and of all whom this node remembers.</summary>
    public async Task<IReadOnlyDictionary<long, string>> RefreshRolesAsync(IReadOnlyCollection<long> accountIds)
    {
        var roles = accountIds.Count == 0 ? [] : await sessions.RolesAsync(accountIds);
        held.SetRoles(roles);
        return roles;
    }

    public Task<Dictionary<long, long?>> HoldersAsync(IReadOnlyCollection<long> ids) => sessions.HoldersAsync(ids);

    public Task<IReadOnlyList<StoredSession>> ListAsync(long accountId) => sessions.ListAsync(accountId);

    /// <summary>Repeatable. False where there is no such session of this person.</summary>
    public async Task<bool> EndAsync(long accountId, long sessionId)
    {
        if (await sessions.FindOfAsync(accountId, sessionId) is not { } session) return false;
        var journal = new List<Change>();
        await store.TransactAsync(async transaction =>
        {
            journal.Clear();
            await places.LockAsync(transaction, session.PolicySetId);
            await sessions.DeleteAsync(transaction, sessionId);
            await places.FreeAsync(transaction, session.PolicySetId, accountId);
            journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Session, accountId, sessionId)));
            journal.AddRange(await presence.MergeAsync(transaction, accountId));
        });
        held.Remove(sessionId);
        bus.Publish(journal);
        return true;
    }

    public async Task EndOthersAsync(long accountId, long? exceptId)
    {
        foreach (var session in await sessions.ListAsync(accountId))
        {
            if (session.Id != exceptId) await EndAsync(accountId, session.Id);
        }
    }

    public async Task<Answer<StatusView>> SetStatusAsync(CurrentSession session, ChangeStatusRequest request)
    {
        var status = PresenceNames.Parse(request.Status);
        var checks = new Checks().Line(request.Reason, "reason", 100)
            .Require(status is not null, "status", "must be online, away, busy, doNotDisturb or hidden.");
        if (checks.Refusal is { } invalid) return invalid;
        if (PresencePolicy.WhyNot(status!.Value, request.Reason, session.Options.Presence) is { } refusal) return refusal;

        var change = await store.TransactAsync(async transaction =>
        {
            await sessions.SetStatusAsync(transaction, session.Id, status.Value, request.Reason);
            return await presence.MergeAsync(transaction, session.AccountId);
        });
        bus.Publish(change);
        return new StatusView(request.Status, request.Reason);
    }

    private static readonly Refusal InvalidCredentials =
        new(401, "invalid-credentials", "Invalid credentials", "The name or the password is wrong. Check both and try again.");

    private static Refusal? WhyNot(Account? account) => account?.State switch
    {
        null or AccountState.Erased => InvalidCredentials,
        AccountState.Pending => new Refusal(403, "account-pending", "Account pending", "An administrator has yet to approve this account."),
        AccountState.Locked => new Refusal(403, "account-locked", "Account locked", "This account is locked. Ask your administrator."),
        AccountState.Banned => new Refusal(403, "banned", "Banned", "This account may not be used here any more."),
        _ => null,
    };

    // An account that is made here is made with its place and its session, or not at all.
    private Task<SignedIn?> OpenAsync(string token, Identified who, ClientDescription client)
    {
        var account = who.Account;
        return InPlaceAsync(async transaction => (account = who.Account ?? await accounts.MakeAsync(transaction, who.New!)).Id, async (transaction, journal) =>
        {
            var current = rules.Of(account!.Roles).Options.Sessions;
            var session = await sessions.InsertAsync(transaction, Secrets.Hash(token), account.Id, policySet.Required.Id, client, current.LifetimeHours);
            foreach (var ended in await sessions.DeleteSurplusAsync(transaction, account.Id, session.PolicySetId, session.Id, current.MaxPerPerson))
                journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Session, account.Id, ended)));
            return new SignedIn(token, session, account, who.New is not null);
        });
    }

    private Task<T?> InPlaceAsync<T>(long accountId, Func<StoreTransaction, List<Change>, Task<T>> work) where T : class =>
        InPlaceAsync(_ => Task.FromResult(accountId), work);

    // One story for all that needs a place: take it, do the work, merge what the person is, commit, tell. Null where the set is full.
    private async Task<T?> InPlaceAsync<T>(Func<StoreTransaction, Task<long>> who, Func<StoreTransaction, List<Change>, Task<T>> work) where T : class
    {
        var journal = new List<Change>();
        var result = await store.TransactAsync(async transaction =>
        {
            journal.Clear();
            var accountId = await who(transaction);
            if (!await places.TakeAsync(transaction, accountId))
            {
                transaction.Abandon();
                return null;
            }

            var done = await work(transaction, journal);
            journal.AddRange(await presence.MergeAsync(transaction, accountId));
            return done;
        });
        if (result is not null) bus.Publish(journal);
        return result;
    }
}
