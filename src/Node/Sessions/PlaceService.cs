using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Sessions;

/// <summary>Responsible for the connection limit: who has a place, and getting back the places that nothing holds.</summary>
internal sealed class PlaceService(PlaceStore places, Store store, PolicySet policySet, IOptionsMonitor<SessionOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan LeastBetweenReaps = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private Task<int> _reaping = Task.FromResult(0);
    private long _reapedAt;

    /// <summary>In the transaction that opens or attaches a session: does this person have a place now?</summary>
    public Task<bool> TakeAsync(StoreTransaction transaction, long accountId) =>
        places.TakeAsync(transaction, policySet.Required.Id, accountId, options.CurrentValue.MaxConnectedUsers);

    /// <summary>The same for many sessions: those that exist and whose person has a place now.</summary>
    public Task<IReadOnlySet<long>> TakeAsync(StoreTransaction transaction, IReadOnlyCollection<long> sessionIds) =>
        places.TakeAsync(transaction, policySet.Required.Id, sessionIds, options.CurrentValue.MaxConnectedUsers);

    /// <summary>In the transaction that ends sessions, after <see cref="LockAsync"/>.</summary>
    public Task FreeAsync(StoreTransaction transaction, int setId, long accountId) => places.FreeAsync(transaction, setId, [accountId]);

    public Task LockAsync(StoreTransaction transaction, int setId) => places.LockAsync(transaction, setId);

    /// <summary>
    /// Runs <paramref name="attempt"/>, which needs a place; where the set is full, frees what nothing holds any more and tries once again.
    /// </summary>
    public async Task<Answer<T>> WithPlaceAsync<T>(Func<Task<T?>> attempt) where T : class
    {
        if (await attempt() is { } first) return first;
        if (await ReapSoonAsync() > 0 && await attempt() is { } second) return second;
        return Full;
    }

    public Refusal Full
    {
        get
        {
            var limit = options.CurrentValue.MaxConnectedUsers;
            return new Refusal(429, "max-connected-users", "Everybody has come already",
                $"{limit} people may be connected under this address at once, and they are. Try again when somebody has left.")
            {
                Limit = new ReachedLimit("sessions.maxConnectedUsers", limit),
                RetryAfter = Jitter.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)),
            };
        }
    }

    /// <summary>Frees the places of this policy set that nothing holds any more; how many.</summary>
    public async Task<int> ReapAsync()
    {
        var setId = policySet.Required.Id;
        var abandoned = await places.AbandonedAsync(setId, MostAtOnce);
        if (abandoned.Count == 0) return 0;
        return await store.TransactAsync(async transaction =>
        {
            await places.LockAsync(transaction, setId);
            return await places.FreeAsync(transaction, setId, abandoned);
        });
    }

    // A thousand refused sign-ins at once look for free places together, not each for itself.
    private Task<int> ReapSoonAsync()
    {
        lock (_lock)
        {
            if (_reaping.IsCompleted && time.GetElapsedTime(_reapedAt) > LeastBetweenReaps)
            {
                _reapedAt = time.GetTimestamp();
                _reaping = ReapAsync();
            }

            return _reaping;
        }
    }
}
