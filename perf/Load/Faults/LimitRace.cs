using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Load.Faults;

/// <summary>
/// Responsible for people who race all the while: strangers for too few places, by every way into the cluster at once, and collectors for too
/// few contacts. Two look on: one in the store, one from outside.
/// </summary>
internal sealed class LimitRace : IAsyncDisposable
{
    private const int StrangerCount = 8;
    private const int CollectorCount = 2;
    private const int FreePlaces = 2;
    private const int MostContacts = 4;

    private static readonly TimeSpan Stay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // Who was answered just now holds a place; who holds one and made no request keeps it for a minute.
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(5);

    // What nobody answered may wait in a process that stands still: longer than it does.
    private static readonly TimeSpan CarriedOutWithin = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly Crowd _crowd;
    private readonly TimeProvider _time;
    private readonly Racer[] _strangers;
    private readonly Racer[] _collectors;
    private readonly LimitWatch _watch;
    private readonly int _limit;
    private readonly Task _racing;
    private LimitReport _report = new();

    private LimitRace(Crowd crowd, TimeProvider time, Racer[] strangers, Racer[] collectors, LimitWatch watch, int limit)
    {
        (_crowd, _time, _strangers, _collectors, _watch, _limit) = (crowd, time, strangers, collectors, watch, limit);
        _racing = Task.WhenAll(RaceAsync(PlacesAsync), RaceAsync(ContactsAsync));
    }

    /// <summary>Limits that the people of the load just fit in.</summary>
    public static Dictionary<string, object?> Settings(int people) => new()
    {
        ["accounts.registration"] = "open",
        ["contacts.max"] = MostContacts,
        ["sessions.maxConnectedUsers"] = Places(people),
        ["limits.signInsPerMinute"] = 0,
        ["limits.requestsPerSecond"] = 0,
    };

    public static async Task<LimitRace> StartAsync(FaultyCluster cluster, Crowd crowd, PopulationStore store, int people, TimeProvider time)
    {
        var strangers = await store.StrangersAsync(StrangerCount, FaultyCluster.PolicySet, "stranger");
        var collectors = await store.PairsAsync(CollectorCount, FaultyCluster.PolicySet, "collector");
        Racer[] Racers(IReadOnlyList<LoadIdentity> identities) => [.. identities.Select(identity => new Racer(identity, cluster.Addresses, time))];
        return new LimitRace(crowd, time, Racers(strangers), Racers(collectors.People), LimitWatch.Start(cluster.Local.ConnectionString, Places(people), MostContacts, time), Places(people));
    }

    public async Task<LimitReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _racing;
        return _report + await _watch.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _watch.DisposeAsync();
        foreach (var racer in _strangers.Concat(_collectors)) racer.Dispose();
        _stop.Dispose();
    }

    private static int Places(int people) => people + CollectorCount + FreePlaces;

    private async Task RaceAsync(Func<int, Task<LimitReport>> roundAsync)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                var seen = await roundAsync(round);
                lock (_stop) _report += seen;
                await Task.Delay(Jitter.About(Rest), _time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
    }

    private async Task<LimitReport> PlacesAsync(int round)
    {
        var answers = await Task.WhenAll(_strangers.Select((stranger, i) => stranger.SignInAsync(i + round)));
        var admitted = answers.Count(answer => answer == 201);
        var recently = Before(JustNow);
        var holding = admitted + _crowd.Clients.Count(client => client.LastAcknowledgedAt > recently) + _collectors.Count(collector => collector.AdmittedAt > recently);
        await Task.Delay(Stay, _time);
        await Task.WhenAll(_strangers.Select((stranger, i) => stranger.SignOutAsync(i + round)));
        return LimitReport.Of(holding > _limit ? [$"{_time.GetUtcNow():HH:mm:ss.fff} {holding} people of {_limit} were answered, {admitted} of them strangers"] : [])
            with
        { Admitted = admitted, PlacesRefused = answers.Count(answer => answer == 429) };
    }

    private async Task<LimitReport> ContactsAsync(int round)
    {
        var asked = _collectors.SelectMany(collector => _strangers.Select((stranger, i) => (collector, stranger, way: i + round))).ToArray();
        var answers = await Task.WhenAll(asked.Select(one => one.collector.RequestAsync(one.stranger, one.way)));
        // A contact whose removal nobody answered may be removed between two of these answers.
        var seen = asked.Zip(answers).Where(pair => pair.Second is 200 or 201).GroupBy(pair => pair.First.collector)
            .Where(answered => answered.Count() > MostContacts && answered.Key.UnansweredAt < Before(CarriedOutWithin))
            .Select(answered => $"{_time.GetUtcNow():HH:mm:ss.fff} {answered.Count()} contacts of {MostContacts} were answered: {string.Join(", ", answered.Select(pair => $"{pair.Second} at {pair.First.way}"))}").ToArray();
        await Task.WhenAll(asked.Select(one => one.collector.RemoveAsync(one.stranger, one.way)));
        return LimitReport.Of(seen) with { ContactsRefused = answers.Count(answer => answer == 409) };
    }

    private long Before(TimeSpan time) => _time.GetTimestamp() - (long)(time.TotalSeconds * _time.TimestampFrequency);
}
