using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for what the launcher does as an administrator, through the console's API.</summary>
public sealed class ConsoleClient(string console, ClusterTls? tls = null) : IDisposable
{
    private readonly HttpClient _http = ClusterTls.Client(tls, 10);

    public async Task<bool> SignInAsync(string username, string password)
    {
        using var response = await _http.PostAsJsonAsync($"{console}/console/api/session", new { username, password });
        if (response.StatusCode == HttpStatusCode.Unauthorized) return false;
        response.EnsureSuccessStatusCode();
        var session = await response.Content.ReadFromJsonAsync<JsonElement>();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("token").GetString());
        return true;
    }

    /// <summary>The document of a policy set, or null where there is none with this key.</summary>
    public async Task<JsonElement?> ReadAsync(string policySet)
    {
        using var response = await _http.GetAsync($"{console}/console/api/policy-sets/{policySet}");
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Saves these options over whatever is there now; <see langword="null"/> as a value returns to the inherited one.</summary>
    public async Task<JsonElement> SaveAsync(string policySet, string comment, IReadOnlyDictionary<string, object?> options)
    {
        using var current = await _http.GetAsync($"{console}/console/api/policy-sets/{policySet}");
        current.EnsureSuccessStatusCode();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{console}/console/api/policy-sets/{policySet}") { Content = JsonContent.Create(new { comment, options }) };
        request.Headers.IfMatch.Add(current.Headers.ETag!);
        using var response = await _http.SendAsync(request);
        if (!response.IsSuccessStatusCode)
            throw new LauncherException($"The settings of {policySet} were not saved: {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Dispose() => _http.Dispose();
}
