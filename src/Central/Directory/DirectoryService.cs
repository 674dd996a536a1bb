using System.Threading.Channels;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Directory;

/// <summary>
/// Responsible for the picture of all nodes: the lease in the store says who is alive, the heartbeat says where. Gateways wait for the
/// routed part of it and are only woken when that changed.
/// </summary>
internal sealed class DirectoryService(DirectoryStore store, HeartbeatBatches heartbeats, TimeProvider time)
{
    private readonly Watched<TaggedDocument> _routed = new();
    private readonly Channel<bool> _soon = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile DirectorySnapshot? _current;
    private long _readAt;

    /// <summary>Null before the store was read for the first time.</summary>
    public DirectorySnapshot? Current => _current;

    /// <summary>Null where the store could not be read for a while: who was alive then may be dead.</summary>
    public DirectorySnapshot? Fresh => time.GetElapsedTime(Volatile.Read(ref _readAt)) < TimeSpan.FromSeconds(15) ? _current : null;

    public Task[] Changed() => [_routed.Changed];

    public Answer<TaggedDocument> Read() => _routed.Current is { } routed ? routed : Refusal.StoreUnavailable;

    /// <summary>Keeps what a node tells; the answer is what an administrator wants of it.</summary>
    public async Task<Answer<HeartbeatAnswer>> HearAsync(EnrolledNode node, Heartbeat heartbeat)
    {
        if (HeartbeatRules.Errors(heartbeat) is { Count: > 0 } errors) return Refusal.Invalid(errors);
        await heartbeats.KeepAsync(node.Id, HeartbeatRules.Shortened(heartbeat));
        if (_current?.Nodes.GetValueOrDefault(node.Id)?.IsNews(heartbeat) != false) _soon.Writer.TryWrite(true);
        return new HeartbeatAnswer(_current?.Nodes.GetValueOrDefault(node.Id) is { } known ? known.DrainRequestedAt is not null : null);
    }

    /// <summary>
    /// An administrator wants nobody on a node, or people again. It leaves the routes as soon as gateways are told; the node itself hears it
    /// with its next heartbeat and lets its people go. Null where there is no such node.
    /// </summary>
    public async Task<NodeState?> DrainAsync(string name, bool drain)
    {
        if (!await store.DrainAsync(name, drain)) return null;
        _soon.Writer.TryWrite(true);
        var snapshot = await store.ReadAsync();
        return snapshot.Nodes.Values.FirstOrDefault(node => node.Name == name);
    }

    /// <summary>Reads the store and swaps the snapshot. Called by the monitor alone, one at a time.</summary>
    public async Task RefreshAsync()
    {
        var snapshot = await store.ReadAsync();
        _current = snapshot;
        Volatile.Write(ref _readAt, time.GetTimestamp());
        var routed = TaggedDocument.Of(snapshot.Document);
        if (routed.ETag != _routed.Current?.ETag) _routed.Swap(routed);
    }

    /// <summary>Ends when there is news, at the latest after <paramref name="longest"/>.</summary>
    public async Task NewsAsync(TimeSpan longest, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var news = _soon.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(news, Task.Delay(longest, time, over.Token));
        await over.CancelAsync();
        _soon.Reader.TryRead(out _);
        cancellation.ThrowIfCancellationRequested();
    }
}
