using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Messages;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for giving each conversation's messages to the people of this node in the order of their numbers, none left out: what a
/// change does not bring along is read from the store, from the last number that was given. The lines themselves say who is in it from
/// which number on, so whoever leaves gets nothing that comes after, however late this node hears of it.
/// </summary>
internal sealed class MessageFeed(ConversationStore conversations, MessageStore messages, TimeProvider time)
{
    private const int MostAtOnce = 500;
    private const int MostTogether = 20;

    private sealed class Followed(long given)
    {
        public long Given = given;

        /// <summary>Of this node, with the first number that each may see.</summary>
        public readonly Dictionary<long, long> Members = [];
    }

    // A conversation that may have got messages, up to this number, that were not given here.
    private sealed record Behind(long Id, Followed Followed, long UpTo)
    {
        public long Missing => UpTo - Followed.Given;

        public IEnumerable<(long Id, long Seq)> Seqs => Enumerable.Range(1, (int)Missing).Select(next => (Id, Followed.Given + next));
    }

    private sealed class Follower
    {
        public readonly HashSet<long> Conversations = [];
        public required Task Following;

        /// <summary>What was left while the conversations were being read, and with which line: they may have been read before that.</summary>
        public readonly Dictionary<long, long> LeftMeanwhile = [];
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Followed> _conversations = [];
    private readonly Gathering<long, IEnumerable<NumberedConversation>> _reading = new(most: 200, rounds: 2, async accountIds =>
    {
        var numbered = await conversations.NumberedAsync(accountIds);
        return [.. accountIds.Select(id => numbered[id])];
    });

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

    /// <summary>These people became members or are none any more, as the store says now. Only one caller at a time.</summary>
    public async Task FollowAsync(IReadOnlyCollection<Change> changes, Action<long, HostedEvent> append)
    {
        (long Account, long Conversation)[] here;
        lock (_lock) here = [.. changes.Select(change => (change.AccountId, change.ConversationId)).Where(pair => _followers.ContainsKey(pair.AccountId)).Distinct()];
        if (here.Length == 0) return;
        var memberships = (await conversations.MembershipsAsync([.. here.Select(pair => pair.Conversation).Distinct()], [.. here.Select(pair => pair.Account).Distinct()]))
            .ToDictionary(member => (member.AccountId, member.ConversationId), member => member.FirstSeq);
        foreach (var (account, conversation) in here)
        {
            var (isMember, missed) = (memberships.TryGetValue((account, conversation), out var firstSeq), 0L);
            lock (_lock)
            {
                if (!_followers.TryGetValue(account, out var follower)) continue;
                if (isMember) missed = Enter(follower, account, conversation, firstSeq);
                else Leave(follower, account, conversation, long.MaxValue);
            }

            if (missed > 0) await CatchUpAsync(account, conversation, firstSeq, missed, append);
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

    // What others here had been given before this one was known to be in it. In a conference it is nothing: its own line told.
    private async Task CatchUpAsync(long accountId, long id, long firstSeq, long upTo, Action<long, HostedEvent> append)
    {
        for (var given = firstSeq - 1; given < upTo && await messages.AfterAsync(id, given, MostAtOnce) is { Count: > 0 } part; given = part[^1].Seq)
        {
            foreach (var message in part.Where(message => message.Seq <= upTo)) append(accountId, HostedEvent.OfMessage(message.ToEvent()));
        }
    }

    /// <summary>
    /// Gives what is new, up to and including what the changes point at. What was changed before it was given here is read, as it is now. Only one caller at a time.
    /// </summary>
    public async Task GiveAsync(IEnumerable<Change> changes, Action<long, HostedEvent> append)
    {
        var behind = new List<Behind>();
        Dictionary<(long Id, long Seq), string> traces = [];
        foreach (var conversation in changes.GroupBy(change => change.ConversationId))
        {
            if (Find(conversation.Key) is not { } followed) continue;
            var isChanged = conversation.Where(change => change.Kind == ChangeKind.MessageChanged).Select(change => change.Seq).ToHashSet();
            foreach (var change in conversation.OrderBy(change => change.Seq))
            {
                if (change.Message is { } message && change.Seq == followed.Given + 1 && !isChanged.Contains(change.Seq)) Give(followed, ToEvent(change, message), append, change.Trace);
                else if (change.Trace is { } trace) traces[(conversation.Key, change.Seq)] = trace;
            }

            behind.Add(new Behind(conversation.Key, followed, conversation.Max(change => change.Seq)));
        }

        await ReadAsync(behind, append, traces);
    }

    /// <summary>Gives what is new in any of these conversations, as the store has them numbered; how many messages that were.</summary>
    public Task<int> CompareAsync(IEnumerable<(long Id, long LastSeq)> known, Action<long, HostedEvent> append)
    {
        var behind = new List<Behind>();
        foreach (var conversation in known.GroupBy(conversation => conversation.Id))
        {
            if (Find(conversation.Key) is { } followed) behind.Add(new Behind(conversation.Key, followed, conversation.Max(one => one.LastSeq)));
        }

        return ReadAsync(behind, append, []);
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

    // Most are a few messages behind: those are read together. The rest, and what is no longer there, one conversation after the other.
    private async Task<int> ReadAsync(IReadOnlyList<Behind> behind, Action<long, HostedEvent> append, Dictionary<(long Id, long Seq), string> traces)
    {
        var given = 0;
        var few = behind.Where(conversation => conversation.Missing is > 0 and <= MostTogether).ToDictionary(conversation => conversation.Id);
        foreach (var part in few.Values.SelectMany(conversation => conversation.Seqs).Chunk(MostAtOnce).ToArray())
        {
            foreach (var message in await messages.FindManyAsync(part))
            {
                if (message.Seq == few[message.ConversationId].Followed.Given + 1) GiveRead(few[message.ConversationId], message);
            }
        }

        foreach (var conversation in behind.Where(conversation => conversation.Missing > 0))
        {
            while (await messages.AfterAsync(conversation.Id, conversation.Followed.Given, MostAtOnce) is { Count: > 0 } part)
            {
                foreach (var message in part) GiveRead(conversation, message);
                if (part.Count < MostAtOnce) break;
            }
        }

        return given;

        void GiveRead(Behind conversation, StoredMessage message)
        {
            Give(conversation.Followed, message.ToEvent(), append, traces.GetValueOrDefault((message.ConversationId, message.Seq)));
            given++;
        }
    }

    private void Give(Followed followed, MessageEvent message, Action<long, HostedEvent> append, string? trace)
    {
        var item = HostedEvent.OfNewMessage(message, trace, time);
        long[] members;
        lock (_lock)
        {
            followed.Given = message.Seq;
            if (message.Kind is MessageKind.Joined or MessageKind.Left && _followers.TryGetValue(long.Parse(message.From), out var follower))
            {
                var (account, id) = (long.Parse(message.From), long.Parse(message.ConversationId));
                if (message.Kind == MessageKind.Joined) Enter(follower, account, id, message.Seq);
                else Leave(follower, account, id, message.Seq);
            }

            members = [.. followed.Members.Where(member => member.Value <= message.Seq).Select(member => member.Key)];
        }

        foreach (var member in members) append(member, item);
    }

    private static MessageEvent ToEvent(Change change, MessageCopy message) =>
        new(change.ConversationId.ToString(), change.Seq, message.Kind, change.AccountId.ToString(), message.Text, message.SentAt, null);

    private Followed? Find(long id)
    {
        lock (_lock) return _conversations.GetValueOrDefault(id);
    }

    private async Task LoadAsync(long accountId)
    {
        await Task.Yield(); // the caller holds the lock
        var numbered = await _reading.RunAsync(accountId);
        lock (_lock)
        {
            if (!_followers.TryGetValue(accountId, out var follower)) return;
            foreach (var (id, firstSeq, lastSeq, _) in numbered)
            {
                if (follower.LeftMeanwhile.GetValueOrDefault(id) > firstSeq) continue;
                if (!_conversations.TryGetValue(id, out var conversation)) _conversations.Add(id, conversation = new Followed(lastSeq));
                Enter(follower, accountId, id, firstSeq);
            }
        }
    }

    // How far others have been given what this one has not; 0 where it is nothing.
    private long Enter(Follower follower, long accountId, long id, long firstSeq)
    {
        if (!_conversations.TryGetValue(id, out var conversation)) _conversations.Add(id, conversation = new Followed(firstSeq - 1));
        follower.Conversations.Add(id);
        follower.LeftMeanwhile.Remove(id);
        var isKnown = conversation.Members.TryGetValue(accountId, out var known);
        conversation.Members[accountId] = Math.Max(known, firstSeq);
        return isKnown || conversation.Given < firstSeq ? 0 : conversation.Given;
    }

    // An older line than the one that brought them in again tells nothing new.
    private void Leave(Follower follower, long accountId, long id, long leftSeq)
    {
        if (!follower.Following.IsCompleted) follower.LeftMeanwhile[id] = leftSeq;
        if (!_conversations.TryGetValue(id, out var conversation) || !conversation.Members.TryGetValue(accountId, out var firstSeq) || firstSeq > leftSeq) return;
        conversation.Members.Remove(accountId);
        follower.Conversations.Remove(id);
        if (conversation.Members.Count == 0) _conversations.Remove(id);
    }
}
