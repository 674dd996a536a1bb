using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Testing;

namespace IntraMessenger.Browser.Tests.Support;

/// <summary>What an administrator does in the console's API. Options that were saved hold until this is disposed.</summary>
internal sealed class Policy : IAsyncDisposable
{
    private readonly RunningCluster _cluster;
    private readonly string _set;
    private readonly HashSet<string> _saved = [];
    private readonly HttpClient _console;
    private bool _isLocking;

    private Policy(RunningCluster cluster, string set, HttpClient console) => (_cluster, _set, _console) = (cluster, set, console);

    public static async Task<Policy> OfAsync(RunningCluster cluster, string set, params (string Key, object Value)[] options)
    {
        var console = new HttpClient { BaseAddress = new Uri(cluster.Local.ControlProcess.Url) };
        using var signedIn = await console.PostAsJsonAsync("/console/api/session", new { username = "admin", password = cluster.Local.AdminPassword });
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        console.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var policy = new Policy(cluster, set, console);
        await policy.SaveAsync(options);
        return policy;
    }

    /// <summary>In force on every node of the set when this ends.</summary>
    public async Task SaveAsync(params (string Key, object Value)[] options)
    {
        foreach (var (key, _) in options) _saved.Add(key);
        await SaveAsync(options.ToDictionary(option => option.Key, option => (object?)option.Value));
        await InForceAsync(options);
    }

    /// <summary>Once every node of the set tells these values to who comes.</summary>
    public async Task InForceAsync(params (string Key, object Value)[] options)
    {
        foreach (var node in _cluster.Local.Members.Where(member => member.PolicySet == _set))
        {
            await Eventually.HoldsAsync(async () =>
            {
                var told = (await _console.GetFromJsonAsync<JsonElement>($"{RunningCluster.At(node)}/api/v1/options")).GetProperty("options");
                return options.All(option => JsonElement.DeepEquals(told.GetProperty(option.Key), JsonSerializer.SerializeToElement(option.Value)));
            }, $"the options are in force on {node.Name}");
        }
    }

    /// <summary>No local file of a node may override these, and no others, until this is disposed.</summary>
    public async Task LockAsync(params string[] keys)
    {
        _isLocking = true;
        await SaveAsync(new Dictionary<string, object?>(), keys);
    }

    public async Task BefriendAsync(string one, string other) => (await _console.PutAsync($"/console/api/people/{one}/contacts/{other}", null)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        await SaveAsync(_saved.ToDictionary(key => key, _ => (object?)null), _isLocking ? [] : null);
        _console.Dispose();
    }

    private async Task SaveAsync(Dictionary<string, object?> options, string[]? locked = null)
    {
        using var before = await _console.GetAsync($"/console/api/policy-sets/{_set}");
        using var save = new HttpRequestMessage(HttpMethod.Put, $"/console/api/policy-sets/{_set}") { Content = JsonContent.Create(new { comment = "a test", options, locked }) };
        save.Headers.IfMatch.Add(before.Headers.ETag!);
        using var saved = await _console.SendAsync(save);
        if (!saved.IsSuccessStatusCode) throw new InvalidOperationException(await saved.Content.ReadAsStringAsync());
    }
}
