using System.Text.Json;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>One server-sent event as a browser would dispatch it, or an id alone.</summary>
internal sealed record StreamEvent(string? Id, string? Type, string? Data)
{
    public JsonElement Json => JsonDocument.Parse(Data!).RootElement;
}

/// <summary>A stream of server-sent events that is being read.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public static async Task<EventReader> OpenAsync(Person person, string? after, string? lastEventId = null, int heartbeat = 25)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{person.Node.Set}/api/v1/events?heartbeat={heartbeat}" + (after is null ? "" : "&after=" + after));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + person.Token);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await person.Node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next block of lines; null at the end of the stream.</summary>
    public async Task<StreamEvent?> ReadAsync()
    {
        var (fields, any) = (new Dictionary<string, string>(), false);
        while (await _reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line == "" && any) return new StreamEvent(fields.GetValueOrDefault("id"), fields.GetValueOrDefault("event"), fields.GetValueOrDefault("data"));
            if (line == "" || line[0] == ':') continue;
            any = true;
            var at = line.IndexOf(": ", StringComparison.Ordinal);
            fields.Add(line[..at], line[(at + 2)..]);
        }

        return null;
    }

    /// <summary>Passes over everything up to a comment.</summary>
    public async Task HeartbeatAsync()
    {
        while (await _reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith(':')) return;
        }

        throw new EndOfStreamException("The stream ended without a heartbeat.");
    }

    /// <summary>The next event of a type; what comes before it is passed over.</summary>
    public async Task<StreamEvent> NextAsync(string type)
    {
        while (await ReadAsync() is { } found)
        {
            if (found.Type == type) return found;
        }

        throw new EndOfStreamException($"The stream ended without '{type}'.");
    }

    public async Task EndsAsync() => (await ReadAsync()).ShouldBeNull();

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
