using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Sessions;

/// <summary>Responsible for knowing about how many places of the policy set are taken, on all nodes together: one row, every 5 s.</summary>
internal sealed partial class PlaceMonitor(PlaceStore places, PolicySet policySet, TimeProvider time, ILogger<PlaceMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private sealed record Reading(int Taken, long At);

    private volatile Reading? _last;

    /// <summary>Null where it could not be read for a while: an old number looks like a new one.</summary>
    public int? Taken => _last is { } last && time.GetElapsedTime(last.At) < 3 * Interval ? last.Taken : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (policySet.Current is { } set) _last = new Reading(await places.TakenAsync(set.Id), time.GetTimestamp());
            }
            catch (StoreUnavailableException)
            {
                // LeaseAgent tells that the store is away.
            }
            catch (Exception e)
            {
                Log.Failed(logger, e);
            }

            await Task.Delay(_last is null ? Interval / 10 : Jitter.About(Interval), time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3202, LogLevel.Error, "Counting the places failed")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
