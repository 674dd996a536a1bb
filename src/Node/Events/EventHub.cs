using System.Collections.Concurrent;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for which sessions this node holds, and for putting events into their queues. A cache: it may be thrown away.</summary>
internal sealed class EventHub(NodeLease lease, MessageFeed feed, HeldSessions held, PeopleRules rules, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, HostedSession> _sessions = new();
    private readonly ConcurrentDictionary<long, HostedSession[]> _byAccount = new();
    private readonly Lock _lock = new();
    private long _position;

    public int SessionCount => _sessions.Count;

    public IEnumerable<HostedSession> Sessions => _sessions.Values;

    /// <summary>Everything that was journaled before it, less the overlap, is in the queues: the time part of cursors.</summary>
    public DateTime SweptTo { get; set; }

    public bool IsHosted(long accountId) => _byAccount.ContainsKey(accountId);

    public HostedSession? Find(long sessionId) => _sessions.GetValueOrDefault(sessionId);

    /// <summary>
    /// The session as this node holds it from now on, with an empty queue and its first request, and its conversations followed. Where a request that
    /// arrived later has been faster, as that one left it, and this one is replaced already.
    /// </summary>
    public async Task<(HostedSession Hosted, object Ticket)> HostAsync(CurrentSession session)
    {
        var expiresAt = time.GetTimestamp() + session.SecondsLeft * time.TimestampFrequency;
        var hosted = new HostedSession(session, lease.RequiredLifeId, expiresAt, () => Interlocked.Increment(ref _position), () => SweptTo)
        {
            ToldOptions = rules.Of(session.Roles).ForClients, // by the answer to its sign-in; EventService tells again who may have missed a change
        };
        var ticket = hosted.TryTakeOver(hosted.Floor, session.ArrivedAt)!;
        lock (_lock)
        {
            if (_sessions.TryGetValue(session.Id, out var before))
            {
                if (!before.TryReplace(session.ArrivedAt)) return (before, new object());
                Forget(before);
            }

            _sessions[session.Id] = hosted;
            _byAccount[session.AccountId] = [.. _byAccount.GetValueOrDefault(session.AccountId) ?? [], hosted];
        }

        try
        {
            await feed.FollowAsync(session.AccountId);
            return (hosted, ticket);
        }
        catch
        {
            Remove(hosted); // nobody waits for it
            throw;
        }
    }

    public void Remove(HostedSession hosted)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(hosted.Session.Id, out var current) && current == hosted)
            {
                _sessions.TryRemove(hosted.Session.Id, out _);
                held.Remove(hosted.Session.Id);
                Forget(hosted);
            }
        }
    }

    /// <summary>It was signed out, or another node holds it.</summary>
    public void End(HostedSession hosted, Ending ending)
    {
        lock (_lock)
        {
            if (Find(hosted.Session.Id) == hosted) held.Remove(hosted.Session.Id);
        }

        hosted.End(ending);
    }

    public void Append(AddressedEvent addressed)
    {
        var item = HostedEvent.Of(addressed.Type, addressed.Payload);
        foreach (var accountId in addressed.Receivers) Append(accountId, item);
    }

    public void Append(long accountId, HostedEvent item)
    {
        foreach (var session in _byAccount.GetValueOrDefault(accountId) ?? []) session.Append(item);
    }

    private void Forget(HostedSession hosted)
    {
        var rest = Array.FindAll(_byAccount.GetValueOrDefault(hosted.Session.AccountId) ?? [], other => other != hosted);
        if (rest.Length > 0)
        {
            _byAccount[hosted.Session.AccountId] = rest;
            return;
        }

        _byAccount.TryRemove(hosted.Session.AccountId, out _);
        feed.Unfollow(hosted.Session.AccountId);
    }
}
