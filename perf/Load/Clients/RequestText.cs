using System.Buffers.Text;
using System.Text;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Clients;

/// <summary>Responsible for the bytes of requests.</summary>
internal static class RequestText
{
    public static byte[] Get(LoadAddress address, string path, string token, bool stream = false) => Encoding.ASCII.GetBytes(
        $"GET {address.Api}{path} HTTP/1.1\r\n{address.Host}{(stream ? "Accept: text/event-stream\r\n" : "")}Authorization: Bearer {token}\r\n\r\n");

    public static byte[] Post(LoadAddress address, string path, string? token, byte[] body)
    {
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        return
        [
            .. Encoding.ASCII.GetBytes($"POST {address.Api}{path} HTTP/1.1\r\n{address.Host}{authorization}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }

    /// <summary>What stays the same over all sends of a client to one conversation.</summary>
    public static byte[] SendHead(LoadAddress address, long conversationId, string token) => Encoding.ASCII.GetBytes(
        $"POST {address.Api}conversations/{conversationId}/messages HTTP/1.1\r\n{address.Host}Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: ");

    /// <summary>The length of the request in <paramref name="target"/>.</summary>
    public static int Send(Span<byte> target, byte[] head, Guid clientId, MessageKey key, int textLength)
    {
        const int frame = 13 + 36 + 10 + 2; // {"clientId":"...","text":"..."}
        head.CopyTo(target);
        var at = head.Length;
        var length = MessageText.LengthOf(textLength);
        Utf8Formatter.TryFormat(frame + length, target[at..], out var written);
        at += written;
        at += Copy("\r\n\r\n{\"clientId\":\""u8, target[at..]);
        clientId.TryFormat(target[at..], out written);
        at += written;
        at += Copy("\",\"text\":\""u8, target[at..]);
        at += MessageText.Write(target[at..], key, length);
        return at + Copy("\"}"u8, target[at..]);
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }
}
