using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Messages;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for giving each conversation's messages to the people of this node in the order of their numbers, none left out: what a
/// change does not bring along is read from the store, from the last number that was given.
/// </summary>
internal sealed class MessageFeed(ConversationStore conversations, MessageStore messages, TimeProvider time)
{
    private const int MostAtOnce = 500;

    private sealed class Followed(long given)
    {
        public long Given = given;
        public readonly HashSet<long> Members = [];
    }

    private sealed class Follower
    {
        public readonly HashSet<long> Conversations = [];
        public required Task Following;
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Followed> _conversations = [];
    private readonly Dictionary<long, Follower> _followers = [];

    /// <summary>From now on the messages of this person's conversations are given. What came before, the caller reads from the store.</summary>
    public Task FollowAsync(long accountId)
    {
        lock (_lock)
        {
            if (_followers.TryGetValue(accountId, out var follower) && !follower.Following.IsFaulted) return follower.Following;
            // Known before its conversations are: one that is made meanwhile is not overlooked.
            return (_followers[accountId] = new Follower { Following = LoadAsync(accountId) }).Following;
        }
    }

    /// <summary>The person became a member: everything of the conversation is new to them.</summary>
    public void Joined(long accountId, long conversationId)
    {
        lock (_lock)
        {
            if (_followers.TryGetValue(accountId, out var follower)) Follow(follower, accountId, conversationId, lastSeq: 0);
        }
    }

    public void Unfollow(long accountId)
    {
        lock (_lock)
        {
            if (!_followers.Remove(accountId, out var follower)) return;
            foreach (var id in follower.Conversations)
            {
                if (!_conversations.TryGetValue(id, out var conversation)) continue;
                conversation.Members.Remove(accountId);
                if (conversation.Members.Count == 0) _conversations.Remove(id);
            }
        }
    }

    /// <summary>Gives what is new, up to and including what the changes point at. Only one caller at a time.</summary>
    public async Task GiveAsync(IEnumerable<Change> changes, Action<long, HostedEvent> append)
    {
        foreach (var conversation in changes.GroupBy(change => change.ConversationId))
        {
            if (Find(conversation.Key) is not { } followed) continue;
            foreach (var change in conversation.OrderBy(change => change.Seq))
            {
                if (change.Payload is MessageEvent payload && change.Seq == followed.Given + 1) Give(followed, payload, append, change.Trace);
            }

            if (conversation.Max(change => change.Seq) > followed.Given) await ReadAsync(conversation.Key, followed, append, TracesOf(conversation));
        }
    }

    /// <summary>Gives what is new in any of these conversations, as the store has them numbered; how many messages that were.</summary>
    public async Task<int> CompareAsync(IEnumerable<(long Id, long LastSeq)> known, Action<long, HostedEvent> append)
    {
        var given = 0;
        foreach (var (id, lastSeq) in known)
        {
            if (Find(id) is { } followed && lastSeq > followed.Given) given += await ReadAsync(id, followed, append);
        }

        return given;
    }

    /// <summary>The same for all that is followed: after a stall, and now and then.</summary>
    public async Task<int> CompareAllAsync(Action<long, HostedEvent> append)
    {
        long[] ids;
        lock (_lock) ids = [.. _conversations.Keys];
        var given = 0;
        foreach (var part in ids.Chunk(1_000)) given += await CompareAsync(await conversations.LastSeqsAsync(part), append);
        return given;
    }

    private async Task<int> ReadAsync(long id, Followed followed, Action<long, HostedEvent> append, Dictionary<long, string>? traces = null)
    {
        var given = 0;
        while (await messages.AfterAsync(id, followed.Given, MostAtOnce) is { Count: > 0 } part)
        {
            foreach (var message in part) Give(followed, message.ToEvent(), append, traces?.GetValueOrDefault(message.Seq));
            given += part.Count;
            if (part.Count < MostAtOnce) break;
        }

        return given;
    }

    private void Give(Followed followed, MessageEvent message, Action<long, HostedEvent> append, string? trace)
    {
        var item = HostedEvent.OfNewMessage(message, trace, time);
        long[] members;
        lock (_lock)
        {
            followed.Given = message.Seq;
            members = [.. followed.Members];
        }

        foreach (var member in members) append(member, item);
    }

    private static Dictionary<long, string>? TracesOf(IEnumerable<Change> changes)
    {
        Dictionary<long, string>? traces = null;
        foreach (var change in changes)
        {
            if (change.Trace is { } trace) (traces ??= [])[change.Seq] = trace;
        }

        return traces;
    }

    private Followed? Find(long id)
    {
        lock (_lock) return _conversations.GetValueOrDefault(id);
    }

    private async Task LoadAsync(long accountId)
    {
        await Task.Yield(); // the caller holds the lock
        var lastSeqs = await conversations.LastSeqsAsync(accountId);
        lock (_lock)
        {
            if (!_followers.TryGetValue(accountId, out var follower)) return;
            foreach (var (id, lastSeq) in lastSeqs) Follow(follower, accountId, id, lastSeq);
        }
    }

    private void Follow(Follower follower, long accountId, long id, long lastSeq)
    {
        if (!_conversations.TryGetValue(id, out var conversation)) _conversations.Add(id, conversation = new Followed(lastSeq));
        conversation.Members.Add(accountId);
        follower.Conversations.Add(id);
    }
}
