using System.Text;
using System.Text.Json;
using IntraMessenger.Node.Messages;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Events;

/// <summary>An event, serialised once for all its receivers.</summary>
/// <param name="Json">The payload, an object.</param>
/// <param name="ConversationId">Of a new message; else 0.</param>
internal sealed record HostedEvent(string Type, byte[] Json, long ConversationId = 0, long Seq = 0)
{
    public bool IsMessage => ConversationId != 0;

    /// <summary>Of a message that is given as it comes: when it was sent, by the store's clock. Null for what is told again.</summary>
    public DateTime? SentAt { get; init; }

    /// <summary>Of a message that is given as it comes and traced: the span of its commit.</summary>
    public string? Trace { get; init; }

    /// <summary>Of a traced one: when it came here, by this node's clock.</summary>
    public DateTimeOffset GivenAt { get; init; }

    public static HostedEvent Of(string type, object payload) => new(type, Serialize(payload));

    /// <summary>A message that is told again.</summary>
    public static HostedEvent OfMessage(MessageEvent message) => new("message", Serialize(message), long.Parse(message.ConversationId), message.Seq);

    /// <summary>A message as it comes.</summary>
    public static HostedEvent OfNewMessage(MessageEvent message, string? trace, TimeProvider time) =>
        new("message", Serialize(message), long.Parse(message.ConversationId), message.Seq)
        {
            SentAt = message.SentAt,
            Trace = trace,
            GivenAt = trace is null ? default : time.GetUtcNow(),
        };

    /// <summary>As an item of a poll's answer: the type becomes a member of the object.</summary>
    public void WriteTo(Stream stream)
    {
        stream.Write("{\"type\":\""u8);
        stream.Write(Encoding.ASCII.GetBytes(Type));
        stream.Write(Json.Length > 2 ? "\","u8 : "\""u8);
        stream.Write(Json.AsSpan(1));
    }

    private static byte[] Serialize(object payload) => JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), Shared.Hosting.Json.Options);
}
