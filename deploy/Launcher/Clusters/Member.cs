using System.Diagnostics;
using System.Text.Json;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for one process of a cluster: starts it, says how it is, and does to it what can happen to a process.</summary>
public sealed class Member
{
    private static readonly HttpClient InTheClear = ClusterTls.Client(null, 5);

    private readonly IReadOnlyList<string> _command;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly HttpClient _http;
    private Process? _process;

    /// <param name="within">What comes before the command and replaces itself with it.</param>
    internal Member(
        string name, string policySet, string url, string management, string log, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<string>? within = null, ClusterTls? tls = null)
    {
        Name = name;
        PolicySet = policySet;
        Url = url;
        Management = management;
        Log = log;
        _command = [.. within ?? [], Programs.Dotnet, .. command];
        _environment = environment;
        _http = tls is null ? InTheClear : ClusterTls.Client(tls, 5);
    }

    public string Name { get; }

    /// <summary>Of a node; empty for control and gateway.</summary>
    public string PolicySet { get; }

    public string Url { get; }

    public string Management { get; }

    public string Log { get; }

    /// <summary>The file that it starts with.</summary>
    public string LocalFile => _command[^1];

    /// <summary>The program's own; 0 before the first start.</summary>
    public int Pid => _process?.Id ?? 0;

    /// <summary>How the last one that was started here ended; null while it runs.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    public bool IsAlive => Pid > 0 && BackgroundProcess.IsAlive(Pid);

    /// <summary>What its clock shows more than the machine's, from its next start on; it takes libfaketime (<see cref="FakeTime"/>).</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Starts it with its file; does not wait until it is ready.</summary>
    public void Start()
    {
        if (IsAlive) throw new InvalidOperationException($"{Name} runs already.");
        var environment = new Dictionary<string, string>(_environment) { ["DOTNET_gcServer"] = "0" };
        if (ClockAhead != TimeSpan.Zero) FakeTime.Set(environment, ClockAhead);
        _process = BackgroundProcess.Open(Log, _command[0], _command.Skip(1), environment);
    }

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public Task KillAsync() => BackgroundProcess.KillAsync(Pid);

    /// <summary><c>SIGSTOP</c>, and waits until it stands still; it keeps its connections.</summary>
    public Task PauseAsync() => BackgroundProcess.PauseAsync(Pid);

    /// <summary><c>SIGCONT</c>.</summary>
    public void Continue() => BackgroundProcess.Signal(Pid, BackgroundProcess.SigCont);

    /// <summary>A clean stop; waits for it.</summary>
    public Task StopAsync() => BackgroundProcess.StopAsync(Pid, BackgroundProcess.StopPatience);

    /// <summary>Starts it again with the same file, after a clean stop where it still runs, and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        if (IsAlive) await StopAsync();
        Start();
        await WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Null when it is ready, else why not.</summary>
    public Task<string?> NotReadyBecauseAsync() => NotReadyBecauseAsync(Management, _http);

    /// <summary>Throws <see cref="LauncherException"/> with the reason and the end of its log where it ends or does not become ready in time.</summary>
    public async Task WaitUntilReadyAsync(TimeSpan patience, CancellationToken cancellation = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await NotReadyBecauseAsync() is { } reason)
        {
            if (!IsAlive) throw new LauncherException($"{Name} ended while it was starting.{EndOfLog()}");
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                throw new LauncherException($"{Name} is not ready after {patience.TotalSeconds:0} s: {reason}{EndOfLog()}");
            await Task.Delay(100, cancellation);
        }
    }

    internal static Task<string?> NotReadyBecauseAsync(string management) => NotReadyBecauseAsync(management, InTheClear);

    private static async Task<string?> NotReadyBecauseAsync(string management, HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync($"{management}/health/ready");
            if (response.IsSuccessStatusCode) return null;
            using var health = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return string.Join(" ", health.RootElement.GetProperty("reasons").EnumerateArray());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{management} does not answer.";
        }
    }

    private string EndOfLog()
    {
        if (!File.Exists(Log)) return "";
        var lines = File.ReadLines(Log).TakeLast(15).Select(line => Environment.NewLine + "    " + line);
        return $"{Environment.NewLine}  The end of {Log}:{string.Concat(lines)}";
    }
}
