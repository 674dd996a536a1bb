namespace IntraMessenger.Load.Clients;

/// <summary>What happened to the clients of a run, besides messages.</summary>
public sealed class ClientCounts
{
    private long _listening, _connections, _losses, _resyncs, _moves, _noPlaces, _busy, _repeats, _polls, _fallBacks, _replaced, _signedOut;

    /// <summary>Clients whose events come at this moment.</summary>
    public long Listening => Volatile.Read(ref _listening);

    /// <summary>Event streams and rows of polls that began.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Event requests that broke off.</summary>
    public long Losses => Volatile.Read(ref _losses);

    public long Resyncs => Volatile.Read(ref _resyncs);

    public long Moves => Volatile.Read(ref _moves);

    public long NoPlaces => Volatile.Read(ref _noPlaces);

    /// <summary>Answers 429 and 503.</summary>
    public long Busy => Volatile.Read(ref _busy);

    /// <summary>Sends that were repeated with the same clientId.</summary>
    public long Repeats => Volatile.Read(ref _repeats);

    public long Polls => Volatile.Read(ref _polls);

    /// <summary>Clients that went over to polls because streams did not come through.</summary>
    public long FallBacks => Volatile.Read(ref _fallBacks);

    public long Replaced => Volatile.Read(ref _replaced);

    public long SignedOut => Volatile.Read(ref _signedOut);

    internal void IsListening(bool now) => Interlocked.Add(ref _listening, now ? 1 : -1);

    internal void Connected() => Interlocked.Increment(ref _connections);

    internal void Lost() => Interlocked.Increment(ref _losses);

    internal void Resynced() => Interlocked.Increment(ref _resyncs);

    internal void Moved() => Interlocked.Increment(ref _moves);

    internal void NoPlace() => Interlocked.Increment(ref _noPlaces);

    internal void WasBusy() => Interlocked.Increment(ref _busy);

    internal void Repeated() => Interlocked.Increment(ref _repeats);

    internal void Polled() => Interlocked.Increment(ref _polls);

    internal void FellBack() => Interlocked.Increment(ref _fallBacks);

    internal void WasReplaced() => Interlocked.Increment(ref _replaced);

    internal void WasSignedOut() => Interlocked.Increment(ref _signedOut);
}
