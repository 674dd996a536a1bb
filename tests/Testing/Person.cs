using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace IntraMessenger.Testing;

/// <summary>What a server answered.</summary>
public sealed record Reply(int Status, JsonElement Body, TimeSpan? RetryAfter)
{
    /// <summary>The last part of the problem document's type; empty for anything else.</summary>
    public string Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("type", out var type) ? type.GetString()!.Split('/')[^1] : "";

    public string Text(string member) => Body.GetProperty(member).GetString()!;

    public long Number(string member) => Body.GetProperty(member).GetInt64();

    public override string ToString() => $"{Status} {Body}";
}

/// <summary>Somebody with a client: speaks the public contract to whatever base address it is given.</summary>
public sealed class Person(string name, string password, string baseAddress, HttpClient? http = null)
{
    private static readonly HttpClient InTheClear = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromMinutes(3) };

    private HttpClient Http => http ?? InTheClear;

    public string Name => name;

    /// <summary>The address of the policy set, such as <c>http://127.0.0.1:8101/a</c>; a client may come by another node at any time.</summary>
    public string Address { get; set; } = baseAddress;

    public string Token { get; private set; } = "";

    public string Id { get; private set; } = "";

    /// <summary>Of the sign-in.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>The same person with another client.</summary>
    public Person Elsewhere(string address) => new(name, password, address, http);

    /// <summary>The same session by another way.</summary>
    public Person By(string address) => new(name, password, address, http) { Token = Token, Id = Id, Cursor = Cursor };

    public async Task<Reply> SignInAsync()
    {
        var reply = await SendAsync(HttpMethod.Post, "session", new { username = name, password });
        if (reply.Status == 201) (Token, Id, Cursor) = (reply.Text("token"), reply.Body.GetProperty("user").GetProperty("id").GetString()!, reply.Text("cursor"));
        return reply;
    }

    public Task<Reply> SignOutAsync() => SendAsync(HttpMethod.Delete, "session");

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> PutAsync(string path, object? body = null) => SendAsync(HttpMethod.Put, path, body);

    public Task<Reply> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    /// <summary>Both become contacts.</summary>
    public async Task BefriendAsync(Person other)
    {
        Require(await PostAsync("contacts", new { userId = other.Id }), 201, 200);
        Require(await other.PostAsync($"contacts/{Id}/accept"), 200);
    }

    /// <summary>The id of the conversation with somebody.</summary>
    public async Task<string> ConversationWithAsync(Person other) => Require(await PutAsync($"conversations/direct/{other.Id}"), 200).Text("id");

    public Task<Reply> SayAsync(string conversation, string text, Guid? clientId = null) =>
        PostAsync($"conversations/{conversation}/messages", new { clientId = clientId ?? Guid.NewGuid(), text });

    /// <summary>Every message of a conversation, page by page.</summary>
    public async Task<List<JsonElement>> ReadAllAsync(string conversation)
    {
        var all = new List<JsonElement>();
        for (string? after = "0"; after is not null;)
        {
            var page = Require(await GetAsync($"conversations/{conversation}/messages?after={after}&limit=200"), 200);
            all.AddRange(page.Body.GetProperty("items").EnumerateArray());
            after = page.Body.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        return all;
    }

    /// <summary>An event stream, from a cursor or from now.</summary>
    public Task<EventReader> ListenAsync(string? after = null) => EventReader.OpenAsync(Http, $"{Address}/api/v1/events" + (after is null ? "" : $"?after={after}"), Token);

    public static Reply Require(Reply reply, params int[] statuses) =>
        statuses.Contains(reply.Status) ? reply : throw new InvalidOperationException($"The answer was {reply}");

    private async Task<Reply> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{Address}/api/v1/{path}");
        if (body is not null) request.Content = JsonContent.Create(body);
        if (Token.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Reply((int)response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default, response.Headers.RetryAfter?.Delta);
    }
}
