using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Signals.Targets;

/// <summary>
/// Responsible for reading the map anew from the store, at the start and about once a minute: who left is forgotten, and what a lost
/// signal did not tell is found.
/// </summary>
internal sealed partial class HostMapAgent(HostMap hosts, TargetStore store, NodeLease lease, TimeProvider time, ILogger<HostMapAgent> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var read = false;
            try
            {
                if (lease.IsServing && lease.LifeId is { } own)
                {
                    hosts.BeginReading();
                    hosts.Replace(await store.HostedElsewhereAsync(own));
                    read = true;
                }
            }
            catch (StoreUnavailableException)
            {
                // LeaseAgent tells that the store is away.
            }
            catch (Exception e)
            {
                Log.Failed(logger, e);
            }

            await Task.Delay(Jitter.About(read ? Interval : Retry), time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3102, LogLevel.Error, "Who hosts whom could not be read; signals go by what was known")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
