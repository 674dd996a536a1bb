using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Load.Clients;

/// <summary>Responsible for many nodes that wait at one control for their settings, tell it at once what they apply of new ones, and their heartbeats every 5 s and with that.</summary>
public sealed class PlayedNodes : IAsyncDisposable
{
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, JsonElement> _nothing = [];
    private readonly Dictionary<string, string> _noReasons = [];
    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _http;
    private readonly Task[] _nodes;
    private readonly TimeProvider _time;
    private int _failures;
    private int _heartbeats;
    private int _served;
    private string? _expected;
    private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PlayedNodes(string control, IReadOnlyList<string> keys, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 2 * keys.Count }) { BaseAddress = new Uri(control), Timeout = TimeSpan.FromSeconds(60) };
        Count = keys.Count;
        _nodes = [.. keys.SelectMany((key, i) => new[] { WaitAsync(key, i), BeatAsync(key, i) })];
    }

    public int Count { get; }

    /// <summary>Answers that were none: a control that does not serve.</summary>
    public int Failures => _failures;

    public int Heartbeats => _heartbeats;

    /// <summary>Completes when every one of them was sent a document in which <paramref name="option"/> is <paramref name="value"/>.</summary>
    public Task AllHaveAsync(string option, int value)
    {
        (_served, _all) = (0, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _expected = $"\"{option}\":{value}";
        return _all.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_nodes);
        _http.Dispose();
        _end.Dispose();
    }

    private async Task WaitAsync(string key, int index)
    {
        string? known = null, seen = null;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var request = Request(HttpMethod.Get, $"{ClusterRoutes.Settings}?wait={(known is null ? 0 : ClusterRoutes.LongestWait)}", key);
                if (known is not null) request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(known));
                using var response = await _http.SendAsync(request, _end.Token);
                if (response.StatusCode == HttpStatusCode.NotModified) continue;
                response.EnsureSuccessStatusCode();
                var content = await response.Content.ReadAsStringAsync(_end.Token);
                known = response.Headers.ETag!.Tag;
                if (_expected is { } expected && seen != expected && content.Contains(expected, StringComparison.Ordinal))
                {
                    seen = expected;
                    if (Interlocked.Increment(ref _served) == Count) _all.TrySetResult();
                }

                await TellAsync(key, index, known, JsonSerializer.Deserialize<SettingsDocument>(content, Json.Options)!);
            }
            catch (Exception) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _failures);
                await PauseAsync(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task BeatAsync(string key, int index)
    {
        await PauseAsync(BetweenHeartbeats * index / Count);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await PostAsync(ClusterRoutes.Heartbeat, key, Facts(index));
                Interlocked.Increment(ref _heartbeats);
            }
            catch (Exception) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _failures);
            }

            await PauseAsync(Jitter.About(BetweenHeartbeats));
        }
    }

    private async Task TellAsync(string key, int index, string tag, SettingsDocument document)
    {
        await PostAsync(ClusterRoutes.Heartbeat, key, Facts(index) with { AppliedETag = tag, AppliedRevision = document.Revision });
        await PostAsync(ClusterRoutes.SettingsReport, key, new SettingsReport(document.Options, _nothing, _noReasons, [], tag, document.Revision));
    }

    private async Task PostAsync<T>(string path, string key, T body)
    {
        using var request = Request(HttpMethod.Post, path, key);
        request.Content = JsonContent.Create(body, options: Json.Options);
        using var response = await _http.SendAsync(request, _end.Token);
        response.EnsureSuccessStatusCode();
    }

    private static Heartbeat Facts(int index) => new($"http://127.0.0.1:{10_000 + index}", $"http://127.0.0.1:{20_000 + index}", "", "load", 0, Draining: false);

    private async Task PauseAsync(TimeSpan length) => await Task.Delay(length, _time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static HttpRequestMessage Request(HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
