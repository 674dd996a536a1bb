using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Targets;

namespace IntraMessenger.Load.Workloads;

/// <summary>
/// Responsible for how a far node is besides its messages: its lease, whether it is ready, its settings, asked from its own side of the line;
/// and for what became of the signals of all nodes.
/// </summary>
internal sealed class FarWatch(LocalTarget target, Member far, WorkloadRun run) : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(4);

    private readonly List<double> _inForce = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
    {
        var socket = target.OpenSocket(context.InitialRequestMessage.RequestUri!) ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
    });
    private double _oldest, _lost, _swept;
    private int _asked, _notReady, _leasesLost;

    public IEnumerable<Figure> Figures =>
    [
        new("far node, leases lost", "", _leasesLost), new("far node, not ready", "%", _notReady * 100.0 / Math.Max(1, _asked)),
        new("far node, age of its settings max", "s", _oldest),
        new("far node, saved setting in force after", "ms", _inForce.Order().ElementAtOrDefault(_inForce.Count / 2)), new("far node, saved setting in force max", "ms", _inForce.DefaultIfEmpty().Max()),
        new("signals lost", "", _lost), new("changes that only the sweep found", "", _swept),
    ];

    public async Task RunAsync()
    {
        using var over = new CancellationTokenSource(run.Length, run.Time);
        var (lost, swept) = (await SumAsync("intramessenger_signals_lost_total"), await SumAsync("intramessenger_changes_swept_total"));
        await Task.WhenAll(LookAsync(over.Token), SaveAsync(over.Token));
        (_lost, _swept) = (await SumAsync("intramessenger_signals_lost_total") - lost, await SumAsync("intramessenger_changes_swept_total") - swept);
    }

    public void Dispose() => _http.Dispose();

    private async Task LookAsync(CancellationToken over)
    {
        for (var life = await run.Store.LifeAsync(far.Name); !over.IsCancellationRequested; await Task.Delay(Step, run.Time))
        {
            var (isReady, settings) = await AskAsync();
            _asked++;
            if (!isReady) _notReady++;
            _oldest = Math.Max(_oldest, settings.GetProperty("ageSeconds").GetDouble());
            var now = await run.Store.LifeAsync(far.Name);
            if (now != life && life is not null) _leasesLost++;
            life = now;
        }
    }

    private async Task SaveAsync(CancellationToken over)
    {
        using var console = await target.Cluster.SignInToConsoleAsync();
        for (var length = 3_000; !over.IsCancellationRequested; await Task.Delay(BetweenSaves, run.Time))
        {
            var saving = run.Time.GetTimestamp();
            var saved = await console.SaveAsync(target.PolicySet, "From afar", new Dictionary<string, object?> { ["messages.maxLength"] = ++length });
            bool isInForce;
            while (!(isInForce = (await AskAsync()).Settings.GetProperty("revision").GetInt64() >= saved.GetProperty("revision").GetInt64()) && !over.IsCancellationRequested)
                await Task.Delay(TimeSpan.FromMilliseconds(5), run.Time);
            _inForce.Add(isInForce ? run.Time.GetElapsedTime(saving).TotalMilliseconds : double.PositiveInfinity);
        }
    }

    private async Task<double> SumAsync(string metric)
    {
        var texts = await Task.WhenAll(target.Nodes.Select(node => _http.GetStringAsync($"{node.Management}/metrics")));
        return texts.SelectMany(text => text.Split('\n')).Where(line => line.StartsWith(metric, StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private async Task<(bool IsReady, JsonElement Settings)> AskAsync()
    {
        using var answer = await _http.GetAsync($"{far.Management}/health/ready");
        using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var facts = health.RootElement.GetProperty("facts").EnumerateArray().First(fact => fact.TryGetProperty("settings", out _));
        return (answer.IsSuccessStatusCode, facts.GetProperty("settings").Clone());
    }
}
