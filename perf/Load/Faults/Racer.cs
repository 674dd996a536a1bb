using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Load.Clients;

namespace IntraMessenger.Load.Faults;

/// <summary>Somebody who asks for what there may be too little of: once, by one way into the cluster, and takes no for an answer.</summary>
internal sealed class Racer(LoadIdentity identity, IReadOnlyList<Uri> addresses, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private string? _token = identity.Token;
    private long _admittedAt, _unansweredAt;

    /// <summary>When an answer came last that only who holds a place gets; 0 before the first.</summary>
    public long AdmittedAt => Volatile.Read(ref _admittedAt);

    /// <summary>When a request was last not answered, or with 5xx: it may be carried out later. 0 where that never was.</summary>
    public long UnansweredAt => Volatile.Read(ref _unansweredAt);

    /// <summary>The status; 0 where no answer came.</summary>
    public async Task<int> SignInAsync(int way)
    {
        using var answer = await AskAsync(HttpMethod.Post, way, "session", new { username = identity.Username, password = identity.Password });
        if (answer is not { IsSuccessStatusCode: true }) return (int)(answer?.StatusCode ?? 0);
        _token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        return (int)answer.StatusCode;
    }

    /// <summary>Where this does not come through, the place is free again a minute later.</summary>
    public async Task SignOutAsync(int way)
    {
        if (_token is not null) (await AskAsync(HttpMethod.Delete, way, "session"))?.Dispose();
        _token = null;
    }

    public async Task<int> RequestAsync(Racer other, int way)
    {
        using var answer = await AskAsync(HttpMethod.Post, way, "contacts", new { username = other.Username });
        return (int)(answer?.StatusCode ?? 0);
    }

    public async Task RemoveAsync(Racer other, int way) => (await AskAsync(HttpMethod.Delete, way, $"contacts/{other.AccountId}"))?.Dispose();

    public void Dispose() => _http.Dispose();

    private string Username => identity.Username;

    private long AccountId => identity.AccountId;

    private async Task<HttpResponseMessage?> AskAsync(HttpMethod method, int way, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{addresses[way % addresses.Count]}/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (_token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        try
        {
            var answer = await _http.SendAsync(request);
            if ((int)answer.StatusCode >= 500) Volatile.Write(ref _unansweredAt, time.GetTimestamp());
            else if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests)) Volatile.Write(ref _admittedAt, time.GetTimestamp());
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Volatile.Write(ref _unansweredAt, time.GetTimestamp());
            return null;
        }
    }
}
