using System.Globalization;
using System.Net;
using System.Text.Json;
using IntraMessenger.Cluster.Tests.Launcher;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>One series of an answer.</summary>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// A real Prometheus with the configuration and rules of <c>deploy/observability</c>: only the targets and how often they are asked are the test's.
/// </summary>
internal sealed class PrometheusServer(string folder) : IAsyncDisposable
{
    public const double SecondsBetweenScrapes = 0.4;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly string _address = $"http://127.0.0.1:{FreePort.Next()}";
    private int _pid;

    /// <summary>What the repository gives to operators.</summary>
    public static string Observability { get; } = Path.Combine(CommandRun.Repository, "deploy", "observability");

    private static string Source { get; } = Path.Combine(Observability, "prometheus");

    private string Log => Path.Combine(folder, "prometheus.log");

    /// <summary>From the folder <c>INTRAMESSENGER_PROMETHEUS</c>, from where <c>./dev test</c> puts it, or from the PATH.</summary>
    public static string Program(string name)
    {
        var fetched = Path.Combine(CommandRun.Repository, ".run", "tools", "prometheus", "usr", "bin");
        var path = $"{Environment.GetEnvironmentVariable("INTRAMESSENGER_PROMETHEUS")}:{fetched}:{Environment.GetEnvironmentVariable("PATH")}";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{name} of Prometheus was not found: run the tests with ./dev test, which fetches it, or name the folder in INTRAMESSENGER_PROMETHEUS.");
    }

    /// <summary>Starts it and returns when it has scraped every member.</summary>
    public async Task StartAsync(LocalCluster cluster)
    {
        await WriteAsync(cluster);
        _pid = BackgroundProcess.Start(Log, Program("prometheus"),
        [
            $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={_address["http://".Length..]}", "--query.lookback-delta=3s", "--log.level=warn",
        ]);
        await Eventually.HoldsAsync(async () => (await TryAskAsync("up == 1")).Count == cluster.Members.Count(), "Prometheus that has scraped everything", 30,
            () => File.Exists(Log) ? File.ReadAllText(Log) : "");
    }

    /// <summary>Every member has been scraped twice since.</summary>
    public static Task ScrapedAsync() => Task.Delay(TimeSpan.FromSeconds(SecondsBetweenScrapes * 2 + 0.3));

    /// <summary>The answer to an instant query, as it was at <paramref name="at"/>.</summary>
    public async Task<List<Series>> AskAsync(string query, DateTimeOffset? at = null)
    {
        var answer = await ReadAsync("/api/v1/query", query, at);
        answer.GetProperty("status").GetString().ShouldBe("success", $"{query}: {answer}");
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(item => new Series(
            item.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
            Number(item.GetProperty("value")[1])))];
    }

    /// <summary>By how much the scraped counters grew in a time, from their first to their last sample in it and without any extrapolation.</summary>
    public async Task<double> GrowthAsync(string selector, Moment moment) =>
        (await SamplesAsync(selector, moment.Seconds, moment.At)).Sum(samples => samples[^1].Value - samples[0].Value);

    /// <summary>What was scraped in these seconds: a list for each series.</summary>
    public async Task<List<(DateTimeOffset At, double Value)[]>> SamplesAsync(string selector, int seconds, DateTimeOffset until)
    {
        var answer = await ReadAsync("/api/v1/query", $"{selector}[{seconds}s]", until);
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(item => item.GetProperty("values").EnumerateArray().Select(sample => (Time(sample[0]), Number(sample[1]))).ToArray())];
    }

    /// <summary>The names of the rules that were loaded, with what is wrong with each.</summary>
    public async Task<Dictionary<string, string>> RulesAsync()
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync(_address + "/api/v1/rules"));
        return document.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .ToDictionary(rule => rule.GetProperty("name").GetString()!, rule => rule.TryGetProperty("lastError", out var error) ? error.GetString()! : "");
    }

    public async ValueTask DisposeAsync() => await BackgroundProcess.StopAsync(_pid, TimeSpan.FromSeconds(10));

    private async Task WriteAsync(LocalCluster cluster)
    {
        Directory.CreateDirectory(Path.Combine(folder, "targets"));
        var configuration = await File.ReadAllTextAsync(Path.Combine(Source, "prometheus.yml"));
        configuration.ShouldContain("interval: 15s");
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), configuration.Replace("interval: 15s", $"interval: {SecondsBetweenScrapes * 1000}ms", StringComparison.Ordinal));
        File.Copy(Path.Combine(Source, "alerts.yml"), Path.Combine(folder, "alerts.yml"));
        foreach (var (file, members) in new[] { ("control", [cluster.ControlProcess]), ("gateway", [cluster.GatewayProcess]), ("node", cluster.Nodes) })
        {
            File.Exists(Path.Combine(Source, "targets", file + ".yml")).ShouldBeTrue();
            await File.WriteAllTextAsync(Path.Combine(folder, "targets", file + ".yml"),
                string.Concat(members.Select(member => $"- targets: ['{new Uri(member.Management).Authority}']\n  labels: {{ instance: {member.Name} }}\n")));
        }
    }

    private async Task<List<Series>> TryAskAsync(string query)
    {
        try
        {
            return await AskAsync(query);
        }
        catch (HttpRequestException)
        {
            return []; // it is still starting
        }
    }

    private async Task<JsonElement> ReadAsync(string path, string query, DateTimeOffset? at)
    {
        var fields = new Dictionary<string, string> { ["query"] = query };
        if (at is { } moment) fields["time"] = moment.ToUnixTimeMilliseconds() is var ms ? (ms / 1000d).ToString("F3", CultureInfo.InvariantCulture) : "";
        using var response = await Http.PostAsync(_address + path, new FormUrlEncodedContent(fields));
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable) throw new HttpRequestException("Prometheus is not ready.");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static DateTimeOffset Time(JsonElement value) => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(value.GetDouble() * 1000));

    private static double Number(JsonElement value) => value.GetString() switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    };
}
