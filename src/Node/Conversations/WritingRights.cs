using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conversations;

/// <summary>
/// Responsible for who may write in a conversation, decided in the transaction that writes. What was read once stays true as long as the
/// conversation's rights version does: whoever changes a contact or a membership raises it, with the conversation's row locked as a send has it.
/// </summary>
internal sealed class WritingRights(WritingStore writing, PeopleRules rules, TimeProvider time)
{
    private const int MostKnown = 50_000;

    /// <summary>Nodes of an older version do not raise it.</summary>
    private static readonly TimeSpan LongestKnown = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Dictionary<(long ConversationId, long AccountId), (Writer Writer, long ReadAt)> _new = [];
    private Dictionary<(long ConversationId, long AccountId), (Writer Writer, long ReadAt)> _old = [];

    /// <summary>Whether this person was a member when last looked: not yet a right to write.</summary>
    public async Task<bool> IsMemberAsync(long conversationId, long accountId)
    {
        if (Find(conversationId, accountId) is not null) return true;
        if ((await writing.FindAsync([(conversationId, accountId)])).SingleOrDefault() is not { } writer) return false;
        Keep(writer);
        return true;
    }

    /// <summary>
    /// The rights version of each conversation with which all of these may write, as far as is known without asking; null where that is not known of
    /// somebody. It holds where the conversation still has that version when its row is locked.
    /// </summary>
    public IReadOnlyDictionary<long, long>? KnownVersions(IEnumerable<(long ConversationId, long AccountId)> members)
    {
        var versions = new Dictionary<long, long>();
        foreach (var (conversationId, accountId) in members)
        {
            if (Find(conversationId, accountId) is not { } writer || DependsOnPresence(writer) || WhyNot(writer) is not null) return null;
            if (versions.TryGetValue(conversationId, out var other) && other != writer.RightsVersion) return null;
            versions[conversationId] = writer.RightsVersion;
        }

        return versions;
    }

    /// <summary>
    /// Why each of these may not write now, in their order, null where they may. Call it with the conversations' rows locked;
    /// <paramref name="versions"/> are theirs.
    /// </summary>
    public async Task<IReadOnlyList<Refusal?>> WhyNotAsync(
        StoreTransaction transaction, IReadOnlyList<(long ConversationId, long AccountId)> members, Func<long, long> versions)
    {
        var found = members.Select(member => Find(member.ConversationId, member.AccountId) is { } writer
            && writer.RightsVersion == versions(member.ConversationId) && !DependsOnPresence(writer) ? writer : null).ToArray();
        var unknown = members.Where((_, i) => found[i] is null).Distinct().ToArray();
        if (unknown.Length == 0) return Array.ConvertAll(found, WhyNot);

        var read = (await writing.FindAsync(transaction, unknown)).ToDictionary(writer => (writer.ConversationId, writer.AccountId));
        foreach (var writer in read.Values) Keep(writer);
        return [.. members.Select((member, i) => WhyNot(found[i] ?? read.GetValueOrDefault(member)))];
    }

    /// <summary>These people have other roles or another home set, with null anybody may: what is known of writing to them is asked again.</summary>
    public void Forget(IReadOnlySet<long>? people)
    {
        lock (_lock)
        {
            foreach (var known in new[] { _new, _old })
            {
                foreach (var (key, (writer, _)) in known)
                {
                    if (people?.Contains(writer.PeerId) != false) known.Remove(key);
                }
            }
        }
    }

    private Refusal? WhyNot(Writer? writer) => writer switch
    {
        null => Refusal.NotFound,
        { Kind: not ConversationKind.Direct } => null,
        { PeerId: 0 } or { AreContacts: false } => WritingService.NotAContact,
        _ when rules.IsSilent(writer.HomeSetId, writer.Roles) => WritingService.RecipientSilent,
        { IHide: true } => WritingService.YouHide,
        { Status: PresenceStatus.Offline or PresenceStatus.Hidden } when DependsOnPresence(writer) => WritingService.RecipientOffline,
        _ => null,
    };

    private bool DependsOnPresence(Writer writer) => writer.Kind == ConversationKind.Direct && writer.PeerId != 0 && !rules.AllowsOfflineMessages(writer.HomeSetId, writer.Roles);

    private Writer? Find(long conversationId, long accountId)
    {
        var key = (conversationId, accountId);
        lock (_lock)
        {
            if (!_new.TryGetValue(key, out var known))
            {
                if (!_old.TryGetValue(key, out known)) return null;
                _new[key] = known;
            }

            return time.GetElapsedTime(known.ReadAt) < LongestKnown ? known.Writer : null;
        }
    }

    private void Keep(Writer writer)
    {
        lock (_lock)
        {
            if (_new.Count >= MostKnown / 2) (_old, _new) = (_new, []);
            _new[(writer.ConversationId, writer.AccountId)] = (writer, time.GetTimestamp());
        }
    }
}
