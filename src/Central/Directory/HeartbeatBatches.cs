using System.Threading.Channels;
using IntraMessenger.Shared.Contracts;

namespace IntraMessenger.Central.Directory;

/// <summary>What a node told, and who waits for it to be kept.</summary>
internal sealed record HeardHeartbeat(int NodeId, Heartbeat Heartbeat)
{
    public TaskCompletionSource Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Responsible for writing what many nodes tell in few statements: a thousand nodes make 200 heartbeats a second.</summary>
internal sealed class HeartbeatBatches(DirectoryStore store, TimeProvider time) : BackgroundService
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly Channel<HeardHeartbeat> _heard = Channel.CreateUnbounded<HeardHeartbeat>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Ends when it is in the store; throws what the store threw.</summary>
    public Task KeepAsync(int nodeId, Heartbeat heartbeat)
    {
        var heard = new HeardHeartbeat(nodeId, heartbeat);
        _heard.Writer.TryWrite(heard);
        return heard.Kept.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _heard.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Gathering, time, stoppingToken);
            var batch = new List<HeardHeartbeat>();
            while (batch.Count < MostAtOnce && _heard.Reader.TryRead(out var heard)) batch.Add(heard);
            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(List<HeardHeartbeat> batch)
    {
        try
        {
            await store.KeepAsync([.. batch.GroupBy(heard => heard.NodeId).Select(ofNode => ofNode.Last())]);
            foreach (var heard in batch) heard.Kept.SetResult();
        }
        catch (Exception e)
        {
            foreach (var heard in batch) heard.Kept.SetException(e);
        }
    }
}
