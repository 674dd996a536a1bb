using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>Somebody with an account, and one session of theirs.</summary>
internal sealed class Person(TestNode node, string id, string username)
{
    private readonly Queue<JsonElement> _events = new();

    public TestNode Node => node;
    public string Id => id;
    public string Username => username;
    public string Token { get; private set; } = "";
    public string Cursor { get; set; } = "";
    public string SessionId { get; private set; } = "";

    public async Task<Person> SignInAsync(object? client = null, TestNode? at = null)
    {
        var person = new Person(at ?? node, id, username);
        var answer = (await person.Node.SignInAsync(username, client: client)).Is(201);
        (person.Token, person.Cursor) = (answer["token"].GetString()!, answer["cursor"].GetString()!);
        person.SessionId = (await person.GetAsync("/sessions")).Items.Single(session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetString()!;
        return person;
    }

    /// <summary>The same person with another session's token.</summary>
    public Person With(string token) => new(node, id, username) { Token = token };

    /// <summary>The same session through another node.</summary>
    public Person At(TestNode other) => new(other, id, username) { Token = Token, Cursor = Cursor, SessionId = SessionId };

    public Task<Reply> GetAsync(string path) => node.SendAsync(HttpMethod.Get, path, null, Token);
    public Task<Reply> PostAsync(string path, object? body = null) => node.SendAsync(HttpMethod.Post, path, body ?? new { }, Token);
    public Task<Reply> PutAsync(string path, object? body = null) => node.SendAsync(HttpMethod.Put, path, body ?? new { }, Token);
    public Task<Reply> PatchAsync(string path, object body) => node.SendAsync(HttpMethod.Patch, path, body, Token);
    public Task<Reply> DeleteAsync(string path) => node.SendAsync(HttpMethod.Delete, path, null, Token);

    public Task<Reply> AsksAsync(Person other, string? text = null) => PostAsync("/contacts", new { userId = other.Id, text });

    public async Task BefriendAsync(Person other)
    {
        (await AsksAsync(other)).Is(201);
        (await other.PostAsync($"/contacts/{id}/accept")).Is(200);
    }

    /// <summary>The entry of my list for somebody, or null.</summary>
    public async Task<JsonElement?> ContactAsync(Person other)
    {
        var found = (await GetAsync("/contacts?limit=200")).Is(200).Items.Where(item => item.GetProperty("user").GetProperty("id").GetString() == other.Id).ToArray();
        return found.Length == 0 ? null : found.Single();
    }

    public async Task<string?> StateOfAsync(Person other) => (await ContactAsync(other))?.GetProperty("state").GetString();

    public async Task<string?> StatusOfAsync(Person other) => (await ContactAsync(other))?.GetProperty("status").GetString();

    /// <summary>The conversation with somebody.</summary>
    public async Task<string> OpenAsync(Person other) => (await PutAsync($"/conversations/direct/{other.Id}")).Is(200)["id"].GetString()!;

    public Task<Reply> SendAsync(string conversation, string text, Guid? clientId = null) =>
        PostAsync($"/conversations/{conversation}/messages", new { clientId = clientId ?? Guid.NewGuid(), text });

    /// <summary>Writes to somebody; the number of the message.</summary>
    public async Task<long> SendsAsync(Person other, string text) => (await SendAsync(await OpenAsync(other), text)).Is(201)["seq"].GetInt64();

    /// <summary>One long poll; the cursor moves on.</summary>
    public async Task<IReadOnlyList<JsonElement>> PollAsync(int wait = 0)
    {
        var answer = (await GetAsync($"/events?after={Cursor}&wait={wait}")).Is(200);
        Cursor = answer["cursor"].GetString()!;
        return [.. answer["events"].EnumerateArray()];
    }

    /// <summary>The next event of this type that fits; what comes before it is passed over.</summary>
    public async Task<JsonElement> NextEventAsync(string type, Func<JsonElement, bool>? fits = null, double seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            while (_events.TryDequeue(out var next))
            {
                if (next.GetProperty("type").GetString() == type && fits?.Invoke(next) != false) return next;
            }

            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds) throw new TimeoutException($"No event '{type}' for {username} within {seconds} s.");
            foreach (var come in await PollAsync(wait: 2)) _events.Enqueue(come);
        }
    }

    /// <summary>The events up to and including one that comes last for certain: what is not among them was not sent.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsUntilAsync(Func<JsonElement, bool> last, double seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        var all = new List<JsonElement>();
        while (true)
        {
            while (_events.TryDequeue(out var next))
            {
                all.Add(next);
                if (last(next)) return all;
            }

            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds) throw new TimeoutException($"Not within {seconds} s; came: {string.Join(", ", all)}");
            foreach (var come in await PollAsync(wait: 2)) _events.Enqueue(come);
        }
    }
}
