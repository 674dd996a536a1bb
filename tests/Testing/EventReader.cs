using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

namespace IntraMessenger.Testing;

/// <summary>One server-sent event.</summary>
public sealed record ReadEvent(string Id, string Type, JsonElement Data);

/// <summary>Reads an event stream in the background and keeps what came.</summary>
public sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private EventReader(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    public int Status => (int)_response.StatusCode;

    public ConcurrentQueue<ReadEvent> Events { get; } = new();

    /// <summary>The last <c>id</c>: where to go on from.</summary>
    public string? LastId { get; private set; }

    /// <summary>Whether the server, or its death, has ended the stream.</summary>
    public bool HasEnded => _reading.IsCompleted;

    public static async Task<EventReader> OpenAsync(HttpClient http, string address, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new EventReader(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public bool Has(string type) => Events.Any(item => item.Type == type);

    /// <summary>The first event of a type that fits; throws when it does not come in time.</summary>
    public async Task<ReadEvent> NextAsync(string type, Func<JsonElement, bool>? fits = null, double seconds = 30)
    {
        ReadEvent? found = null;
        await Eventually.HoldsAsync(() => (found = Events.FirstOrDefault(item => item.Type == type && (fits?.Invoke(item.Data) ?? true))) is not null, $"The event {type}", seconds,
            () => $"What came: {string.Join(", ", Events.Select(item => item.Type))}");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response.Dispose();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync(_stop.Token));
            var (type, data) = ("", "");
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                else if (line.Length == 0 && type.Length > 0)
                {
                    Events.Enqueue(new ReadEvent(LastId ?? "", type, JsonDocument.Parse(data).RootElement));
                    (type, data) = ("", "");
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // The node died, or the test is over.
        }
    }
}
