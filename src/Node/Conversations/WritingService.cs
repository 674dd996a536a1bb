using IntraMessenger.Node.Contacts;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Conversations;

/// <summary>
/// Responsible for who may write to whom. In the mode Normal: accepted contacts; everybody else who is findable is not a contact, and
/// whether they block me is not told.
/// </summary>
internal sealed class WritingService(WritingStore writing, PeopleRules rules)
{
    public static readonly Refusal NotAContact =
        new(403, "not-a-contact", "Not a contact", "You may write to people who are your contacts. Ask this person to become one.");

    public static readonly Refusal RecipientOffline =
        new(403, "recipient-offline", "Recipient offline", "Nothing may be left for this person while they are offline. Try again when they are back.");

    public static readonly Refusal YouHide =
        new(403, "hiding", "You hide from this person", "Who is offline to somebody does not write to them. Stop hiding from this person first.");

    public static readonly Refusal RecipientSilent =
        new(403, "recipient-silent", "Recipient takes no messages", "Nobody may write directly to this person. In a conference they can be reached.");

    /// <summary>Null where <paramref name="me"/> may write to <paramref name="them"/> at all.</summary>
    public async Task<Refusal?> WhyNotAsync(long me, long them) => await writing.FindAsync(me, them) switch
    {
        null => ContactService.UserNotFound,
        { AreContacts: false } => NotAContact,
        var recipient when rules.IsSilent(recipient.HomeSetId, recipient.Roles) => RecipientSilent,
        _ => null,
    };

    /// <summary>Null where <paramref name="me"/> may bring all of these people into a conversation: accepted contacts from whom they do not hide.</summary>
    public async Task<Refusal?> WhyNotBringAsync(long me, IReadOnlyCollection<long> people)
    {
        if (people.Count == 0) return null;
        var found = await writing.FindManyAsync(me, people);
        if (found.Count < people.Count) return ContactService.UserNotFound;
        if (found.Any(person => !person.AreContacts)) return NotAContact;
        return found.Any(person => person.IHide) ? YouHide : null;
    }

    /// <summary>Null where they may write a message now, which may have to wait for them: their home set says whether it may.</summary>
    public async Task<Refusal?> WhyNotNowAsync(long me, long them) => await writing.FindAsync(me, them) switch
    {
        null or { AreContacts: false } => NotAContact,
        var recipient when rules.IsSilent(recipient.HomeSetId, recipient.Roles) => RecipientSilent,
        { IHide: true } => YouHide,
        { Status: PresenceStatus.Offline or PresenceStatus.Hidden } recipient when !rules.AllowsOfflineMessages(recipient.HomeSetId, recipient.Roles) => RecipientOffline,
        _ => null,
    };
}
