namespace IntraMessenger.Load.Http;

/// <summary>Bytes of HTTP that went over all connections of a run, as the client sees them.</summary>
public sealed class WireCount
{
    private long _sent;
    private long _received;

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    internal void AddSent(int bytes) => Interlocked.Add(ref _sent, bytes);

    internal void AddReceived(int bytes) => Interlocked.Add(ref _received, bytes);
}
