using System.Data.Common;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Sessions;

/// <summary>Somebody who just signed in. The token is in no other place.</summary>
internal sealed record SignedIn(string Token, StoredSession Session, Account Account, bool Created);

/// <summary>A session that was to be opened: it was, or there was a place for it and another reason against it.</summary>
internal sealed record Opening(SignedIn? SignedIn, Refusal? Refusal);

/// <summary>Responsible for sessions: signing in and out, who a token belongs to, and what holds the place of a person.</summary>
internal sealed partial class SessionService(
    SessionStore sessions, PlaceService places, AccountService accounts, PresenceService presence, ChangeStore changes, ChangeBus bus, Store store,
    PolicySet policySet, HeldSessions held, PeopleRules rules, IOptionsMonitor<AccountOptions> options, ILogger<SessionService> logger)
{
    // A thousand clients that come at once are not a thousand questions.
    private readonly Gathering<byte[], CurrentSession?> _finding = new(most: 200, rounds: 4, hashes => sessions.FindAsync(hashes, policySet.Required.Id));

    /// <param name="address">Where the client is.</param>
    public async Task<Answer<SignedIn>> SignInAsync(SignInRequest request, string address)
    {
        var client = request.Client ?? new ClientDescription();
        var checks = new Checks().Line(client.Kind, "client.kind", 32).Line(client.Name, "client.name", 64).Line(client.Version, "client.version", 32)
            .Require(request.Username.Length is > 0 and <= 256, "username", "must have 1 to 64 characters.")
            .Require(request.Password.Length is > 0 and <= 1024, "password", "must have 1 to 256 characters.");
        if (checks.Refusal is { } invalid) return invalid;

        for (var again = false; ; again = true)
        {
            if (await accounts.IdentifyAsync(request.Username, request.Password) is not { } who) return places.Full;
            if (who.New is null && await accounts.AdmitAsync(who.Account) is { } refusal) return refusal;
            if (who.New is { State: AccountState.Pending } pending)
            {
                if (await accounts.MakePendingAsync(pending) is { } made) return made;
            }
            else if (await TryOpenAsync(who, client, address) is { } opened)
            {
                return opened;
            }

            if (again) return AccountPolicy.InvalidCredentials; // a name that looks like another one
            // Somebody was faster with the same name: then it is theirs.
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
    /// Whose token this is; null where it is nobody's here, or of an account that was locked because nobody used it. With <paramref name="provenLater"/> a session that this node holds is believed
    /// without asking the store.
    /// </summary>
    public async Task<CurrentSession?> FindAsync(string token, bool provenLater)
    {
        if (token.Length is <= 20 or >= 200) return null;
        var hash = Secrets.Hash(token);
        if (provenLater && held.Find(hash) is { } known && !HasExpiredPassword(known) && !IsUnused(known)) return known;
        return await _finding.RunAsync(hash) is { } session && !IsUnused(session) ? session : null;
    }

    public bool HasExpiredPassword(CurrentSession session) => AccountPolicy.IsExpired(session.PasswordDays, HomeOf(session));

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

    /// <summary>Reads again what this node remembers of these people and of all whose sessions it holds; with <paramref name="only"/> of no others.</summary>
    public async Task<IReadOnlyDictionary<long, Standing>> RefreshAsync(IEnumerable<long> accountIds, IReadOnlySet<long>? only)
    {
        var people = held.AccountIds.Union(accountIds).Where(id => only?.Contains(id) != false).ToArray();
        var standings = people.Length == 0 ? [] : await sessions.StandingsAsync(people);
        held.Refresh(standings);
        return standings;
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

    /// <summary>Removes sessions whose time is over, and addresses that nothing limits any more.</summary>
    public async Task PurgeAsync()
    {
        await sessions.PurgeAsync();
        if (!rules.HoldsForSomebody(person => person.Sessions.MaxPerAddress > 0)) await sessions.ForgetAddressesAsync(policySet.Required.Id);
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

    // Null where the account was to be made and somebody was faster with the name.
    private async Task<Answer<SignedIn>?> TryOpenAsync(Identified who, ClientDescription client, string address)
    {
        try
        {
            var token = Secrets.New();
            var opened = await places.WithPlaceAsync(() => OpenAsync(token, who, client, address));
            if ((opened.Refusal ?? opened.Value!.Refusal) is { } refusal) return refusal;
            var signedIn = opened.Value!.SignedIn!;
            if (options.CurrentValue.LogSignIns) Log.SignedIn(logger, signedIn.Account.Id, signedIn.Session.Id);
            return signedIn;
        }
        catch (DbException e) when (e.IsDuplicate() && who.New is not null)
        {
            return null;
        }
    }

    // An account that is made here is made with its place and its session, or not at all.
    private Task<Opening?> OpenAsync(string token, Identified who, ClientDescription client, string address)
    {
        var account = who.Account;
        return InPlaceAsync(async transaction => (account = await accounts.ReadyAsync(transaction, who)).Id, async (transaction, journal) =>
        {
            if (who.New is not null && await accounts.WhyNotMadeAsync(transaction) is { } tooMany) return Refused(transaction, tooMany);
            var current = rules.Of(account!.Roles).Options.Sessions;
            var (setId, isLimited) = (policySet.Required.Id, current.MaxPerAddress > 0);
            var session = await sessions.InsertAsync(transaction, Secrets.Hash(token), account.Id, setId, client, isLimited ? address : null, current.LifetimeHours);
            var ended = (await sessions.DeleteSurplusAsync(transaction, account.Id, setId, session.Id, current.MaxPerPerson)).Select(id => (Id: id, AccountId: account.Id)).ToList();
            if (isLimited)
            {
                if (await sessions.MakeRoomAsync(transaction, setId, address, session.Id, current.MaxPerAddress) is not { } more) return Refused(transaction, AddressFull(current.MaxPerAddress));
                ended.AddRange(more);
            }

            foreach (var (id, accountId) in ended) journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Session, accountId, id)));
            return new Opening(new SignedIn(token, session, account, who.New is not null), null);
        });
    }

    private bool IsUnused(CurrentSession session) => AccountPolicy.IsUnused(session.IdleDays, session.DaysWithoutContact, HomeOf(session));

    private AccountOptions HomeOf(CurrentSession session) => rules.AtHome(session.HomeSetId, session.Roles).Accounts;

    private static Opening Refused(StoreTransaction transaction, Refusal why)
    {
        transaction.Abandon();
        return new Opening(null, why);
    }

    private static Refusal AddressFull(int limit) => new(429, "max-sessions-per-address", "Too many sessions from here", $"{limit} sessions may be used from one address at once, and they are. Sign out somewhere, or try again later.")
    {
        Limit = new ReachedLimit("sessions.maxPerAddress", limit),
        RetryAfter = Jitter.Between(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)),
    };

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
            if (transaction.IsAbandoned) return done;
            journal.AddRange(await presence.MergeAsync(transaction, accountId));
            return done;
        });
        if (result is not null) bus.Publish(journal);
        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(3203, LogLevel.Information, "Account {AccountId} signed in: session {SessionId}")]
        public static partial void SignedIn(ILogger logger, long accountId, long sessionId);
    }
}
