using Dapper;
using IntraMessenger.Load.Setup;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for looking into the store, several times a second, whether more places or contacts are taken than the limits allow.</summary>
internal sealed class LimitWatch : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly StoreLine _store;
    private readonly int _places, _contacts;
    private readonly TimeProvider _time;
    private readonly Task _watching;
    private readonly List<string> _seen = [];
    private long _samples;

    private LimitWatch(string connectionString, int places, int contacts, TimeProvider time)
    {
        (_store, _places, _contacts, _time) = (new StoreLine(connectionString, connections: 1), places, contacts, time);
        _watching = WatchAsync();
    }

    public static LimitWatch Start(string connectionString, int places, int contacts, TimeProvider time) => new(connectionString, places, contacts, time);

    public async Task<LimitReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        return LimitReport.Of(_seen) with { Samples = _samples };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (places, contacts) = await _store.RunAsync(connection => connection.QuerySingle<(long, long)>($"""
                    SELECT (SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM places GROUP BY policy_set_id) p),
                        (SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM contacts WHERE state IN ({ContactState.Requested}, {ContactState.Accepted}) GROUP BY owner_id) c)
                    """));
                _samples++;
                if (places > _places) _seen.Add($"{_time.GetUtcNow():HH:mm:ss.fff} the store had {places} places of {_places}");
                if (contacts > _contacts) _seen.Add($"{_time.GetUtcNow():HH:mm:ss.fff} the store had {contacts} contacts of {_contacts}");
            }
            catch (Exception e) when (StoreFaults.Of(e) != StoreFault.Other)
            {
                // The store is away: that is what is being done to it.
            }

            await Task.Delay(Step, _time);
        }
    }
}
