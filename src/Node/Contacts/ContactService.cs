using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Contacts;

/// <summary>Responsible for people's lists of contacts: asking, accepting, refusing, blocking, and the limit.</summary>
internal sealed class ContactService(
    ContactStore contacts, AccountStore accounts, ChangeStore changes, ChangeBus bus, Store store)
{
    private delegate (ContactVerdict Verdict, ContactPair After) Step(ContactPair pair, int used, int limit);

    public static readonly Refusal UserNotFound = new(404, "user-not-found", "User not found", "Nobody of this name or id can be found. Check how it is written.");

    private static readonly Refusal Managed = new(403, "contacts-managed-by-administrator", "Contacts are managed by an administrator",
        "The option contacts.managedByUser leaves your contacts to your administrators. Ask one of them.");

    public async Task<Answer<ListAnswer<ContactView>>> ListAsync(long me, string? after, int limit)
    {
        var start = after is null ? 0 : Ids.Read(after);
        if (start is null) return Refusal.Invalid("after", "must be the 'next' of an earlier answer.");
        var items = await contacts.ListAsync(me, start.Value, limit + 1);
        return ListAnswer<ContactView>.Of([.. items.Select(View)], limit, contact => contact.User.Id);
    }

    /// <summary>The contact, and whether it is new.</summary>
    public async Task<Answer<(ContactView Contact, bool IsNew)>> RequestAsync(CurrentSession session, RequestContactRequest request)
    {
        var me = session.AccountId;
        if (!session.Options.Contacts.ManagedByUser) return Managed;
        var checks = new Checks().Line(request.Text, "text", 500)
            .Require(request.Username is null != request.UserId is null, "username", "give either username or userId.");
        if (checks.Refusal is { } invalid) return invalid;

        if (await FindAsync(request) is not { State: AccountState.Active } them) return UserNotFound;
        if (them.Id == me) return Refusal.Invalid(request.Username is null ? "userId" : "username", "is yourself.");

        var verdict = await TakeAsync(me, them.Id, ContactPolicy.Request, request.Text, session.Options.Contacts);
        if (RefusalOf(verdict, session.Options.Contacts) is { } refusal) return refusal;
        return await contacts.FindAsync(me, them.Id) is { } contact
            ? (View(contact), verdict == ContactVerdict.Allowed)
            : Refusal.NotFound; // taken away again meanwhile, by me elsewhere or by them
    }

    public async Task<Answer<ContactView>> AcceptAsync(CurrentSession session, string userId) =>
        session.Options.Contacts.ManagedByUser ? await ShowAsync(session, userId, ContactPolicy.Accept) : Managed;

    public Task<Answer<ContactView>> BlockAsync(CurrentSession session, string userId) => ShowAsync(session, userId, (pair, _, _) => ContactPolicy.Block(pair));

    public Task<Answer<bool>> DeclineAsync(CurrentSession session, string userId) => DoAsync(session, userId, (pair, _, _) => ContactPolicy.Decline(pair));

    public Task<Answer<bool>> RefuseAsync(CurrentSession session, string userId) => DoAsync(session, userId, (pair, _, _) => ContactPolicy.Refuse(pair));

    public Task<Answer<bool>> UnblockAsync(CurrentSession session, string userId) => DoAsync(session, userId, (pair, _, _) => ContactPolicy.Unblock(pair));

    public async Task<Answer<bool>> RemoveAsync(CurrentSession session, string userId) =>
        session.Options.Contacts.ManagedByUser ? await DoAsync(session, userId, (pair, _, _) => ContactPolicy.Remove(pair)) : Managed;

    public async Task<Answer<ContactView>> ChangeAsync(CurrentSession session, string userId, ChangeContactRequest request)
    {
        var me = session.AccountId;
        if (WhyNot(request, session.Options.Contacts) is { } refusal) return refusal;
        if (new Checks().Line(request.Alias, "alias", 100).Line(request.Label, "label", 100).Refusal is { } invalid) return invalid;
        if (Ids.Read(userId) is not { } them) return UserNotFound;

        var journal = new List<Change>();
        var found = await store.TransactAsync(async transaction =>
        {
            journal.Clear();
            var (pair, _) = await contacts.LockAsync(transaction, me, them);
            if (pair.Mine is ContactState.None or ContactState.Refused) return false;
            await contacts.ChangeAsync(transaction, me, them, request);
            journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Contact, me, them)));
            // Whoever I hide from sees me go, whoever I stop hiding from sees me come.
            if (request.HiddenFrom is not null && pair.Theirs == ContactState.Accepted)
                journal.Add(await changes.AppendAsync(transaction, new Change(0, ChangeKind.Contact, them, me)));
            if (request.HiddenFrom is not null) await contacts.CommitRightsAsync(transaction, me, them);
            return true;
        });
        if (!found || await contacts.FindAsync(me, them) is not { } contact) return Refusal.NotFound;
        bus.Publish(journal);
        return View(contact);
    }

    /// <summary>Takes away both entries of a pair, whatever they say: one of the two leaves for good.</summary>
    public Task ForgetAsync(long me, long them) => TakeAsync(me, them, (_, _, _) => (ContactVerdict.Allowed, default), text: null, new());

    public static ContactView View(StoredContact contact) => new(
        new UserView(contact.PeerId.ToString(), contact.Username, contact.DisplayName),
        contact.State switch
        {
            ContactState.Requested => "requested",
            ContactState.Pending => "pending",
            ContactState.Accepted => "accepted",
            _ => "blocked",
        },
        contact.Status.ForOthers(), contact.Text, contact.Alias, contact.Label, contact.Vip, contact.HiddenFrom);

    private async Task<Account?> FindAsync(RequestContactRequest request)
    {
        if (request.UserId is { } userId) return Ids.Read(userId) is { } id ? await accounts.FindAsync(id) : null;
        return Usernames.Read(request.Username!).Name is { } name ? await accounts.FindByNameAsync(name.Key) : null;
    }

    private async Task<Answer<ContactView>> ShowAsync(CurrentSession session, string userId, Step step)
    {
        var done = await DoAsync(session, userId, step);
        if (done.Refusal is { } refusal) return refusal;
        return await contacts.FindAsync(session.AccountId, Ids.Read(userId)!.Value) is { } contact ? View(contact) : Refusal.NotFound;
    }

    private async Task<Answer<bool>> DoAsync(CurrentSession session, string userId, Step step)
    {
        var me = session.AccountId;
        if (Ids.Read(userId) is not { } id || id == me || await accounts.FindAsync(id) is not { } them) return UserNotFound;
        return RefusalOf(await TakeAsync(me, them.Id, step, text: null, session.Options.Contacts), session.Options.Contacts) is { } refusal ? refusal : true;
    }

    // Both lists locked, the policy asked with what they say now, written, committed, told.
    private async Task<ContactVerdict> TakeAsync(long me, long them, Step step, string? text, ContactOptions options)
    {
        var journal = new List<Change>();
        var verdict = await store.TransactAsync(async transaction =>
        {
            journal.Clear();
            var (before, used) = await contacts.LockAsync(transaction, me, them);
            var (result, after) = step(before, used, options.Max);
            if (after.Mine != before.Mine) journal.Add(await SetAsync(transaction, me, them, after.Mine, text));
            if (after.Theirs != before.Theirs) journal.Add(await SetAsync(transaction, them, me, after.Theirs, text));
            if (after != before) await contacts.CommitRightsAsync(transaction, me, them);
            return result;
        });
        bus.Publish(journal);
        return verdict;
    }

    private async Task<Change> SetAsync(StoreTransaction transaction, long owner, long peer, ContactState state, string? text)
    {
        await contacts.SetAsync(transaction, owner, peer, state, text);
        return await changes.AppendAsync(transaction, new Change(0, ChangeKind.Contact, owner, peer));
    }

    // What takes something back is always allowed.
    private static Refusal? WhyNot(ChangeContactRequest request, ContactOptions options) => request switch
    {
        { Alias: not null } or { Label: not null } when !options.ManagedByUser => Managed,
        { Alias.Length: > 0 } when !options.AllowAlias => Refusal.NotAllowed("contacts.allowAlias"),
        { HiddenFrom: true } when !options.AllowHiddenFrom => Refusal.NotAllowed("contacts.allowHiddenFrom"),
        _ => null,
    };

    private static Refusal? RefusalOf(ContactVerdict verdict, ContactOptions options) => verdict switch
    {
        ContactVerdict.AtLimit => new Refusal(409, "max-contacts", "Your list is full",
            $"You may have {options.Max} contacts here, asked for or accepted. Remove one first.")
        {
            Limit = new ReachedLimit("contacts.max", options.Max),
        },
        ContactVerdict.NotThere => Refusal.NotFound,
        ContactVerdict.BlockedByMe => new Refusal(409, "contact-blocked", "You block this person", "Unblock them first, then ask."),
        _ => null,
    };
}
