using System.Text.Json;
using BenchmarkDotNet.Attributes;
using IntraMessenger.Node.Events;
using IntraMessenger.Node.Messages;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Benchmarks;

/// <summary>A message on its way in and out: what a send costs to read, and an event to write, once for all who get it.</summary>
public class EventBenchmarks
{
    private readonly MessageEvent _message = new("4711", 123_456, "text", "815", new string('a', 80), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), null);
    private readonly byte[] _send = JsonSerializer.SerializeToUtf8Bytes(new SendRequest(Guid.NewGuid(), new string('a', 80)), Json.Options);

    [Benchmark]
    public object SerialiseEvent() => HostedEvent.OfMessage(_message);

    [Benchmark]
    public object? ReadSend() => JsonSerializer.Deserialize<SendRequest>(_send, Json.Options);
}
