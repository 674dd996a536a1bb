namespace IntraMessenger.Node.Contacts;

/// <summary>Both entries of a pair: what my list says of them and theirs of me.</summary>
internal readonly record struct ContactPair(ContactState Mine, ContactState Theirs);

internal enum ContactVerdict
{
    Allowed,
    /// <summary>Nothing to do: it is so already.</summary>
    Unchanged,
    /// <summary>My list is full.</summary>
    AtLimit,
    /// <summary>There is nothing to say this to.</summary>
    NotThere,
    /// <summary>I block them myself.</summary>
    BlockedByMe,
}

/// <summary>
/// Responsible for what becomes of a pair. Pure. Whoever is blocked, refused or declined learns nothing: to them their request stays
/// unanswered, and a block looks like a removal.
/// </summary>
internal static class ContactPolicy
{
    /// <summary>What counts for my limit: whom I asked and whom I accepted, never who asked me.</summary>
    public static bool Counts(ContactState mine) => mine is ContactState.Requested or ContactState.Accepted;

    /// <param name="used">How many entries of mine count.</param>
    /// <param name="limit">0: no limit.</param>
    public static (ContactVerdict Verdict, ContactPair After) Request(ContactPair pair, int used, int limit) => pair switch
    {
        { Mine: ContactState.Accepted or ContactState.Requested } => (ContactVerdict.Unchanged, pair),
        { Mine: ContactState.Blocked } => (ContactVerdict.BlockedByMe, pair),
        _ when limit > 0 && used >= limit => (ContactVerdict.AtLimit, pair),
        { Theirs: ContactState.Requested } => (ContactVerdict.Allowed, Both(ContactState.Accepted)),
        { Theirs: ContactState.Blocked or ContactState.Refused } => (ContactVerdict.Allowed, pair with { Mine = ContactState.Requested }),
        _ => (ContactVerdict.Allowed, new ContactPair(ContactState.Requested, ContactState.Pending)),
    };

    public static (ContactVerdict Verdict, ContactPair After) Accept(ContactPair pair, int used, int limit) => pair switch
    {
        { Mine: ContactState.Accepted } => (ContactVerdict.Unchanged, pair),
        { Mine: not ContactState.Pending } or { Theirs: not ContactState.Requested } => (ContactVerdict.NotThere, pair),
        _ when limit > 0 && used >= limit => (ContactVerdict.AtLimit, pair),
        _ => (ContactVerdict.Allowed, Both(ContactState.Accepted)),
    };

    /// <summary>Not now: they may ask again. For ever: <see cref="Refuse"/>.</summary>
    public static (ContactVerdict Verdict, ContactPair After) Decline(ContactPair pair) => pair.Mine switch
    {
        ContactState.Pending => (ContactVerdict.Allowed, pair with { Mine = ContactState.None }),
        ContactState.None => (ContactVerdict.Unchanged, pair),
        _ => (ContactVerdict.NotThere, pair),
    };

    public static (ContactVerdict Verdict, ContactPair After) Refuse(ContactPair pair) => pair.Mine switch
    {
        ContactState.Pending => (ContactVerdict.Allowed, pair with { Mine = ContactState.Refused }),
        ContactState.Refused => (ContactVerdict.Unchanged, pair),
        _ => (ContactVerdict.NotThere, pair),
    };

    public static (ContactVerdict Verdict, ContactPair After) Block(ContactPair pair) =>
        pair.Mine == ContactState.Blocked ? (ContactVerdict.Unchanged, pair) : (ContactVerdict.Allowed, new ContactPair(ContactState.Blocked, WithoutMe(pair.Theirs)));

    public static (ContactVerdict Verdict, ContactPair After) Unblock(ContactPair pair) => pair.Mine switch
    {
        ContactState.Blocked => (ContactVerdict.Allowed, pair with { Mine = ContactState.None }),
        _ => (ContactVerdict.Unchanged, pair),
    };

    /// <summary>Takes both entries away. A request of theirs that I take out of my list stays unanswered in theirs.</summary>
    public static (ContactVerdict Verdict, ContactPair After) Remove(ContactPair pair) => pair.Mine switch
    {
        ContactState.None or ContactState.Refused => (ContactVerdict.Unchanged, pair),
        _ => (ContactVerdict.Allowed, new ContactPair(ContactState.None, WithoutMe(pair.Theirs))),
    };

    private static ContactPair Both(ContactState state) => new(state, state);

    private static ContactState WithoutMe(ContactState theirs) => theirs is ContactState.Accepted or ContactState.Pending ? ContactState.None : theirs;
}
