using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using IntraMessenger.Node.Leases;

namespace IntraMessenger.Node.Sessions;

/// <summary>
/// Responsible for knowing by their tokens the sessions that the life of this node holds: their places are kept by its lease, so that a
/// request that proves itself in its own transaction need not ask the store first. A cache: what is not in it is asked for.
/// </summary>
internal sealed class HeldSessions(NodeLease lease, TimeProvider time)
{
    private readonly record struct Key(UInt128 First, UInt128 Second)
    {
        public static Key Of(ReadOnlySpan<byte> hash) => new(MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));
    }

    private sealed record Held(CurrentSession Session, long LifeId, long ExpiresAt);

    private readonly ConcurrentDictionary<Key, Held> _byToken = new();
    private readonly ConcurrentDictionary<long, Key> _byId = new();

    /// <summary>Null for who is not held here, or no longer for sure.</summary>
    public CurrentSession? Find(ReadOnlySpan<byte> tokenHash) =>
        _byToken.TryGetValue(Key.Of(tokenHash), out var held) && lease.IsServing && held.LifeId == lease.LifeId && time.GetTimestamp() < held.ExpiresAt ? held.Session : null;

    /// <summary>The store says that this life holds it, and it has a place.</summary>
    public void Add(CurrentSession session, long lifeId)
    {
        var key = Key.Of(session.TokenHash);
        _byToken[key] = new Held(session with { HasPlace = true, IsStale = false, LifeId = lifeId }, lifeId, time.GetTimestamp() + session.SecondsLeft * time.TimestampFrequency);
        _byId[session.Id] = key;
    }

    /// <summary>The people whom these sessions are of.</summary>
    public IReadOnlyCollection<long> AccountIds => _byToken.Values.Select(held => held.Session.AccountId).ToHashSet();

    /// <summary>What the store says now of these people.</summary>
    public void Refresh(IReadOnlyDictionary<long, Standing> byAccount)
    {
        foreach (var (key, held) in _byToken)
        {
            var session = held.Session;
            if (!byAccount.TryGetValue(session.AccountId, out var now) || now == new Standing(session.Roles, session.HomeSetId, session.PasswordDays, session.DaysWithoutContact)) continue;
            _byToken.TryUpdate(key, held with { Session = session with { Roles = now.Roles, HomeSetId = now.HomeSetId, PasswordDays = now.PasswordDays, DaysWithoutContact = now.DaysWithoutContact } }, held);
        }
    }

    public void Remove(params IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            if (_byId.TryRemove(id, out var key)) _byToken.TryRemove(key, out _);
        }
    }
}
