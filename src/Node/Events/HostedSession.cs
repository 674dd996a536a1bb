using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Sessions;

namespace IntraMessenger.Node.Events;

/// <summary>Why a hosted session gets no more events here.</summary>
internal enum Ending
{
    None,
    /// <summary>A newer event request of the same session, here or on another node.</summary>
    Replaced,
    SignedOut,
    NoPlace,
    /// <summary>This node is leaving.</summary>
    Moved,
    /// <summary>Nobody is served for a while.</summary>
    Maintenance,
}

/// <summary>
/// Responsible for the events of one session that this node holds: a bounded queue, and the one request that waits for it. What does
/// not fit is not kept: the client is told to resync. What was handed stays for a while: where the connection is lost, part of it did not arrive.
/// </summary>
internal sealed class HostedSession(CurrentSession session, long lifeId, long expiresAt, Func<long> nextPosition, Func<DateTime> sweptTo)
{
    private const int MostEvents = 1_000;
    private const int MostBytes = 1024 * 1024;

    /// <summary>Besides what was handed last.</summary>
    private const int MostHandedEvents = 500;

    private readonly Lock _lock = new();
    private readonly EventQueue _events = new();
    private readonly EventQueue _earlier = new(); // read from the store, which has bounds of its own
    private readonly EventQueue _handed = new();
    private Dictionary<long, long>? _alreadyGiven;
    private TaskCompletionSource? _waiting;
    private long _deadline;
    private object? _request;
    private long _requestArrivedAt = long.MinValue;
    private long _floor = nextPosition();
    private long _newest;
    private long _handedUpTo;
    private long _arrivedUpTo;
    private bool _hasHole;
    private DateTime _holeSince;

    public CurrentSession Session => session;

    /// <summary>That the person was given.</summary>
    public string Roles { get; set; } = session.Roles;

    /// <summary>The options that the client was told last; null before the first look at them.</summary>
    public IReadOnlyDictionary<string, JsonElement>? ToldOptions { get; set; }

    /// <summary>The life of this node for which the session is held; behind the node's own after that was lost and begun again.</summary>
    public long LifeId { get; private set; } = lifeId;

    public Ending Ending { get; private set; }

    /// <summary>When the last event request ended, by the node's monotonic clock; null while there is one.</summary>
    public long? IdleSince { get; private set; }

    /// <summary>Everything up to here has arrived or was dropped: nobody goes on from before it.</summary>
    public long Floor
    {
        get { lock (_lock) return _floor; }
    }

    /// <summary>Messages in the queue that were not handed to the client yet.</summary>
    public int WaitingMessages
    {
        get { lock (_lock) return _earlier.Messages + _events.Messages; }
    }

    /// <summary>Whether something was missed, so that the client has to resync.</summary>
    public bool HasHole
    {
        get { lock (_lock) return _hasHole; }
    }

    /// <summary>Given back to itself in the store; the queue goes on for a while, in case the client comes back.</summary>
    public bool IsDetached { get; private set; }

    /// <summary>
    /// A new event request takes over; the one before it, if any, ends as replaced. Null where a client that stands at
    /// <paramref name="position"/> cannot go on from this queue, or a request that arrived later has been here. Give the answer to <see cref="Release"/>.
    /// </summary>
    /// <param name="position">After it the client goes on.</param>
    /// <param name="arrivedAt">When the request arrived (monotonic): what it waited for may have let a later one pass.</param>
    public object? TryTakeOver(long position, long arrivedAt)
    {
        lock (_lock)
        {
            if (arrivedAt < _requestArrivedAt || _hasHole || position < _floor || position > Math.Max(_floor, _newest) || Ending != Ending.None) return null;
            Drop(position);
            // What the request before it was handed beyond this, it is handed again.
            (_handedUpTo, _arrivedUpTo, _requestArrivedAt) = (position, position, arrivedAt);
            _request = new object();
            IdleSince = null;
            Wake();
            return _request;
        }
    }

    /// <summary>Ends it for another queue of the session; false where a request that arrived later has been here.</summary>
    public bool TryReplace(long arrivedAt)
    {
        lock (_lock)
        {
            if (Ending == Ending.None && arrivedAt < _requestArrivedAt) return false;
            End(Ending.Replaced);
            return true;
        }
    }

    /// <summary>No longer held where no request has been there since <paramref name="before"/> (monotonic).</summary>
    public void DetachIfIdle(long before)
    {
        lock (_lock) IsDetached |= IsIdleSince(before);
    }

    /// <summary>The store says again that this node holds it.</summary>
    public void Attached()
    {
        lock (_lock) IsDetached = false;
    }

    /// <summary>Ends it where no request has been there since <paramref name="before"/> (monotonic).</summary>
    public bool TryRetire(long before)
    {
        lock (_lock)
        {
            if (!IsIdleSince(before)) return false;
            End(Ending.Replaced);
            return true;
        }
    }

    public void Release(object request, long now)
    {
        lock (_lock)
        {
            if (_request != request) return;
            _request = null;
            IdleSince = now;
        }
    }

    public bool IsReplaced(object request)
    {
        lock (_lock) return _request != request;
    }

    public void Append(HostedEvent item)
    {
        lock (_lock)
        {
            if (_hasHole || Ending != Ending.None || WasGiven(item)) return;
            Enqueue(item, sweptTo());
            Wake();
        }
    }

    /// <summary>Puts what was read from the store for a client that stood at <paramref name="time"/> before what came meanwhile, once each.</summary>
    public void Prepend(IReadOnlyList<HostedEvent> earlier, DateTime time)
    {
        lock (_lock)
        {
            _alreadyGiven = earlier.Where(item => item.IsMessage).GroupBy(item => item.ConversationId).ToDictionary(group => group.Key, group => group.Max(item => item.Seq));
            var meanwhile = _events.After(_floor).Where(entry => !WasGiven(entry.Event)).ToArray();
            Clear();
            _floor = nextPosition();
            if (_hasHole) _holeSince = time;
            else foreach (var item in earlier) _earlier.Add(Next(item, time));
            foreach (var entry in meanwhile) Enqueue(entry.Event, entry.Time);
            Wake();
        }
    }

    /// <summary>What comes after <paramref name="position"/>; nothing for a request that was replaced. Null where there is a hole.</summary>
    public IReadOnlyList<QueuedEvent>? Read(object request, long position, int most)
    {
        lock (_lock)
        {
            if (_request != request) return [];
            return _hasHole || position < _floor ? null : [.. After(position).Take(most)];
        }
    }

    /// <summary>What <see cref="Read"/> gave was written to the client, which does not mean that it arrived. A request that was replaced says nothing of what the newer one has.</summary>
    public void Handed(object request, IReadOnlyList<QueuedEvent> entries)
    {
        lock (_lock)
        {
            if (_hasHole || _request != request) return;
            while ((_handed.Count > MostHandedEvents || _handed.Bytes > MostBytes) && _handed.TryTake(_handedUpTo, out var oldest)) _floor = oldest.Position;
            _handedUpTo = entries[^1].Position;
            while (_earlier.TryTake(_handedUpTo, out var entry) || _events.TryTake(_handedUpTo, out entry)) _handed.Add(entry);
        }
    }

    /// <summary>What was handed before the last call, to a request that is still there, has arrived: calls are further apart than it takes a client to see that its connection is dead.</summary>
    public void ForgetArrived()
    {
        lock (_lock)
        {
            if (_request is null) return;
            Drop(_arrivedUpTo);
            _arrivedUpTo = Math.Max(_floor, _handedUpTo);
        }
    }

    /// <summary>Where a client goes on that got this one last.</summary>
    public Cursor CursorOf(QueuedEvent entry) => new(LifeId, session.Id, entry.Position, entry.Time);

    /// <summary>Where a client goes on that has everything up to <paramref name="position"/>. What still waits for it was journaled later.</summary>
    public Cursor CursorAt(long position)
    {
        lock (_lock)
        {
            // A request that was replaced may stand before what is kept: who would go on from there has to resync.
            var time = position < _floor ? DateTime.UnixEpoch : _hasHole ? _holeSince : After(position).FirstOrDefault()?.Time ?? sweptTo();
            return new Cursor(LifeId, session.Id, position, time);
        }
    }

    /// <summary>Something may have been missed: the client has to resync.</summary>
    /// <param name="since">Of what was written before it, less the overlap, nothing was; null for all that the queue was given.</param>
    public void MakeHole(DateTime? since = null)
    {
        lock (_lock)
        {
            if (!_hasHole) _holeSince = since ?? After(_floor).FirstOrDefault()?.Time ?? sweptTo();
            _hasHole = true;
            Clear();
            Wake();
        }
    }

    /// <summary>The node lives again and this session kept its place.</summary>
    public void Revive(long lifeId)
    {
        lock (_lock)
        {
            LifeId = lifeId;
            MakeHole();
        }
    }

    public void End(Ending ending)
    {
        lock (_lock)
        {
            if (Ending == Ending.None) Ending = ending;
            Wake();
        }
    }

    /// <summary>Completes when something may have happened, at the latest at <paramref name="deadline"/> (monotonic), give or take a second.</summary>
    public Task WaitAsync(object request, long position, long deadline)
    {
        lock (_lock)
        {
            if (_request != request || _hasHole || Ending != Ending.None || _newest > position) return Task.CompletedTask;
            _deadline = deadline;
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>One timer for all sessions calls this; none has its own. A token whose time is over ends its stream.</summary>
    public void Tick(long now)
    {
        lock (_lock)
        {
            if (now >= expiresAt) End(Ending.SignedOut);
            if (_waiting is not null && now >= _deadline) Wake();
        }
    }

    public void Wake()
    {
        lock (_lock)
        {
            _waiting?.SetResult();
            _waiting = null;
        }
    }

    private bool IsIdleSince(long before) => _request is null && IdleSince is { } since && since <= before;

    private void Enqueue(HostedEvent item, DateTime time)
    {
        if (_hasHole) return;
        if (_events.Count >= MostEvents || _events.Bytes + item.Json.Length > MostBytes) MakeHole();
        else _events.Add(Next(item, time));
    }

    private QueuedEvent Next(HostedEvent item, DateTime time)
    {
        _newest = nextPosition();
        return new QueuedEvent(_newest, time, item, IsLive: item.SentAt is not null && _request is not null);
    }

    private IEnumerable<QueuedEvent> After(long position)
    {
        var waiting = position < _earlier.Newest ? _earlier.After(position).Concat(_events.After(position)) : _events.After(position);
        return position < _handed.Newest ? _handed.After(position).Concat(waiting) : waiting;
    }

    private void Drop(long upTo)
    {
        while (_handed.TryTake(upTo, out _) || _earlier.TryTake(upTo, out _) || _events.TryTake(upTo, out _))
        {
            // until nothing of it is left
        }

        _floor = Math.Max(_floor, upTo);
    }

    private void Clear()
    {
        _events.Clear();
        _earlier.Clear();
        _handed.Clear();
    }

    private bool WasGiven(HostedEvent item) =>
        item.IsMessage && _alreadyGiven is not null && _alreadyGiven.TryGetValue(item.ConversationId, out var seq) && item.Seq <= seq;
}
