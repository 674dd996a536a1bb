using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Leases;

/// <summary>
/// Responsible for the life of this node in the store: brings the schema up to date, begins a life, renews it every 5 s, begins another
/// one when it was lost, and ends it at a clean stop. Never gives up.
/// </summary>
internal sealed partial class LeaseAgent(
    NodeLease lease, StoreClock clock, LeaseStore leases, PolicySet policySet, SettingsAgent settings, Migrator migrator, IOptions<NodeOptions> local, TimeProvider time,
    ILogger<LeaseAgent> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private volatile TaskCompletionSource _newcomer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _latestLife;
    private bool _migrated;
    private int _renewals;

    /// <summary>The other nodes that live, as of the last renewal.</summary>
    public IReadOnlyList<Peer> Peers { get; private set; } = [];

    /// <summary>A life tells something. One that is later than all that were known has begun since the last renewal, so the next one comes at once.</summary>
    public void Heard(long life)
    {
        if (life <= Volatile.Read(ref _latestLife)) return;
        Volatile.Write(ref _latestLife, life);
        _newcomer.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Jitter.About(TimeSpan.FromMilliseconds(500));
            try
            {
                var asked = settings.NextChange;
                if (_newcomer.Task.IsCompleted) _newcomer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (policySet.Node is { } node) pause = await HoldAsync(node.Id) ? Interval : pause;
                else await Task.WhenAny(asked, Task.Delay(pause, time, stoppingToken));
            }
            catch (StoreUnavailableException e)
            {
                if (lease.Problem is null) Log.NotRenewed(logger, e.Message);
                lease.Problem = e.Message;
            }
            catch (Exception e)
            {
                Log.Failed(logger, e);
                lease.Problem = e.Message;
            }

            if (policySet.Node is not null) await Task.WhenAny(Task.Delay(pause, time, stoppingToken), _newcomer.Task);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (lease.LifeId is not { } life) return;
        lease.Ended();
        try
        {
            await leases.EndAsync(life).WaitAsync(TimeSpan.FromSeconds(3), time, CancellationToken.None); // also where the time for stopping is over
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            // It then ends by itself.
        }
    }

    private async Task<bool> HoldAsync(int nodeId)
    {
        if (!_migrated) await migrator.MigrateAsync();
        _migrated = true;

        var sentAt = time.GetTimestamp();
        if (lease.LifeId is { } life && await leases.RenewAsync(nodeId, life))
        {
            lease.Renewed(life, sentAt);
        }
        else
        {
            if (await leases.BeginAsync(nodeId, local.Value.ManagementUrl, lease.LifeId) is not { } begun)
            {
                lease.Problem = $"Another process serves as {local.Value.Name}: stop one of the two.";
                return false;
            }

            lease.Renewed(begun, sentAt);
            Log.Began(logger, begun);
        }

        Peers = await leases.PeersAsync(lease.LifeId!.Value);
        foreach (var peer in Peers) Volatile.Write(ref _latestLife, Math.Max(_latestLife, peer.LifeId));
        if (_renewals % 6 == 0) await ReadClockAsync();
        if (++_renewals % 720 == 0) await leases.ForgetOldAsync();
        return true;
    }

    // For measurements only: the lease is renewed already, whatever becomes of it.
    private async Task ReadClockAsync()
    {
        try
        {
            var askedAt = time.GetTimestamp();
            clock.Heard(await leases.NowAsync(), askedAt);
        }
        catch (StoreUnavailableException)
        {
            // The next renewal says more.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information, "Lease: life {Life} began")]
        public static partial void Began(ILogger logger, long life);

        [LoggerMessage(3002, LogLevel.Warning, "Lease: not renewed, the store is away: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string reason);

        [LoggerMessage(3003, LogLevel.Error, "Lease: could not be renewed")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
