using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Signals.Targets;

/// <summary>
/// Responsible for whom a change concerns. What the change itself does not tell is read from the store, for many changes at once; where
/// the store does not say it in time, everybody is told.
/// </summary>
internal sealed partial class Audience(
    HostMap hosts, MemberCache members, ConversationStore conversations, PresenceService presence, TimeProvider time, ILogger<Audience> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, long[]> _watchers = [];

    /// <summary>False where the store has to be read first.</summary>
    public bool TryFind(Change change, out Concerned concerned)
    {
        switch (change.Kind)
        {
            case ChangeKind.Contact:
                concerned = Concerned.Only(change.AccountId);
                return true;
            case ChangeKind.Message or ChangeKind.MessageChanged or ChangeKind.Read or ChangeKind.Typing:
                var found = change.Members ?? members.Find(change.ConversationId);
                concerned = found is null ? default : Concerned.These(found);
                return found is not null;
            case ChangeKind.Presence:
                concerned = default;
                return false;
            default:
                // Sessions and members: what every node keeps in mind. And whatever a later version brings.
                concerned = Concerned.Everybody;
                return true;
        }
    }

    /// <summary>Of changes that were given to <see cref="ReadAsync"/> just before.</summary>
    public Concerned Find(Change change)
    {
        if (change.Kind == ChangeKind.Presence) return _watchers.TryGetValue(change.AccountId, out var watchers) ? Concerned.These(watchers) : Concerned.Everybody;
        return TryFind(change, out var concerned) ? concerned : Concerned.Everybody;
    }

    /// <summary>Reads whom these changes concern; never throws. Only one caller at a time.</summary>
    public async Task ReadAsync(IReadOnlyCollection<Change> changes)
    {
        _watchers.Clear();
        try
        {
            var accountIds = changes.Where(change => change.Kind == ChangeKind.Presence).Select(change => change.AccountId).Distinct().ToArray();
            var conversationIds = changes.Where(change => change.Kind != ChangeKind.Presence).Select(change => change.ConversationId).Distinct().ToArray();
            var version = members.Version;
            var (watchers, membersOf) = (WatchersAsync(accountIds), MembersAsync(conversationIds));
            await Task.WhenAll(watchers, membersOf).WaitAsync(Patience, time);
            foreach (var accountId in accountIds) _watchers[accountId] = [.. (await watchers)[accountId]];
            foreach (var conversationId in conversationIds) members.Remember(conversationId, [.. (await membersOf)[conversationId]], version);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            // Too many are told then.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
        }
    }

    /// <summary>What other nodes and the sweep tell: who hosts whom, and whose members are no longer those that were read.</summary>
    public void Heard(Change change)
    {
        if (change is { Kind: ChangeKind.Session, Seq: > 0 }) hosts.Learn(change.AccountId, change.Seq);
        else if (change.Kind == ChangeKind.Conversation) members.Forget(change.ConversationId);
    }

    private async Task<ILookup<long, long>> WatchersAsync(long[] accountIds) =>
        accountIds.Length > 0 ? await presence.SeenByWhomAsync(accountIds) : Array.Empty<long>().ToLookup(id => id);

    private async Task<ILookup<long, long>> MembersAsync(long[] conversationIds) =>
        conversationIds.Length > 0 ? await conversations.MemberIdsAsync(conversationIds) : Array.Empty<long>().ToLookup(id => id);

    private static partial class Log
    {
        [LoggerMessage(3103, LogLevel.Error, "Whom changes concern could not be read; every node is told")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
