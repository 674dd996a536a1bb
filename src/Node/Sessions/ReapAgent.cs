using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Presence;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>Responsible for what nothing holds any more: places are freed, people go offline, old sessions and journal entries are removed.</summary>
internal sealed partial class ReapAgent(
    PlaceService places, PresenceService presence, SessionService sessions, ChangeStore changes, NodeLease lease, TimeProvider time, ILogger<ReapAgent> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            await Task.Delay(Jitter.About(Interval), time, stoppingToken);
            if (!lease.IsServing) continue;
            try
            {
                await places.ReapAsync();
                await presence.ReapAsync();
                if (round % 20 == 0) await sessions.PurgeAsync();
                if (round % 20 == 10) await PurgeJournalAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // LeaseAgent tells that the store is away.
            }
            catch (Exception e)
            {
                Log.Failed(logger, e);
            }
        }
    }

    private async Task PurgeJournalAsync(CancellationToken stoppingToken)
    {
        while (await changes.PurgeAsync() && !stoppingToken.IsCancellationRequested)
        {
            // as long as there is more
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "Reaping failed")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
