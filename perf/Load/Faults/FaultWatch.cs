using System.Globalization;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for what is counted while faults happen: the clients' counters, the nodes' metrics, and how long nothing was acknowledged.</summary>
internal sealed class FaultWatch : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly string[] Names = ["intramessenger_signals_sent_total", "intramessenger_signals_lost_total", "intramessenger_changes_swept_total"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(Member Node, int Name), double> _last = [];
    private readonly SemaphoreSlim _scraping = new(1);
    private readonly double[] _sums = new double[Names.Length];
    private readonly FaultyCluster _cluster;
    private readonly Crowd _crowd;
    private readonly TimeProvider _time;
    private readonly Task _watching;
    private readonly List<(long At, long Acknowledged)> _flow = [];
    private long _seen, _since, _longest;

    private FaultWatch(FaultyCluster cluster, Crowd crowd)
    {
        (_cluster, _crowd, _time) = (cluster, crowd, crowd.Network.Time);
        Reset();
        _watching = Task.WhenAll(WatchFlowAsync(), WatchNodesAsync());
    }

    public static FaultWatch Start(FaultyCluster cluster, Crowd crowd) => new(cluster, crowd);

    /// <summary>Since the run began; a node that starts anew counts from zero, and here goes on.</summary>
    public FaultCounts Counts
    {
        get
        {
            var counts = _crowd.Network.Counts;
            lock (_sums) return new FaultCounts(counts.Losses, counts.Resyncs, counts.NoPlaces, counts.Busy, counts.Repeats, _crowd.Ledger.AgainCount, (long)_sums[0], (long)_sums[1], (long)_sums[2]);
        }
    }

    /// <summary>In seconds, since <see cref="Reset"/>.</summary>
    public double LongestSilence => TimeSpan.FromTicks(Volatile.Read(ref _longest)).TotalSeconds;

    /// <summary>How many messages were acknowledged in this time around a moment that lies at least half of it back.</summary>
    public long AcknowledgedAround(long moment, TimeSpan around)
    {
        var half = (long)(around.TotalSeconds / 2 * _time.TimestampFrequency);
        lock (_flow) return CountAt(moment + half) - CountAt(moment - half);

        long CountAt(long at) => _flow.FindLast(look => look.At <= at).Acknowledged;
    }

    public void Reset()
    {
        Volatile.Write(ref _since, _time.GetTimestamp());
        Volatile.Write(ref _longest, 0);
    }

    /// <summary>One after the other: an older answer that came later would look like a node that started anew.</summary>
    public async Task ScrapeAsync()
    {
        await _scraping.WaitAsync();
        await Task.WhenAll(_cluster.Nodes.Select(ScrapeAsync));
        _scraping.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _http.Dispose();
        _scraping.Dispose();
        _stop.Dispose();
    }

    private async Task WatchFlowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var silence = _time.GetElapsedTime(Volatile.Read(ref _since)).Ticks;
            if (silence > Volatile.Read(ref _longest)) Volatile.Write(ref _longest, silence);
            var now = _crowd.Ledger.AcknowledgedCount;
            lock (_flow) _flow.Add((_time.GetTimestamp(), now));
            if (now != _seen)
            {
                _seen = now;
                Volatile.Write(ref _since, _time.GetTimestamp());
            }

            await Task.Delay(Step, _time);
        }
    }

    private async Task WatchNodesAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await ScrapeAsync();
            await Task.Delay(Between, _time);
        }
    }

    private async Task ScrapeAsync(Member node)
    {
        try
        {
            var text = await _http.GetStringAsync($"{node.Management}/metrics");
            for (var name = 0; name < Names.Length; name++) Take((node, name), Sum(text, Names[name]));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // It is away, or stands still: that is what is being done to it.
        }
    }

    private void Take((Member Node, int Name) series, double now)
    {
        lock (_sums)
        {
            var last = _last.GetValueOrDefault(series);
            _sums[series.Name] += now >= last ? now - last : now;
            _last[series] = now;
        }
    }

    private static double Sum(string text, string name) => text.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
