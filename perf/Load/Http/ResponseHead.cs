using System.Buffers.Text;
using System.Text;

namespace IntraMessenger.Load.Http;

/// <summary>What the first lines of a response say, as far as this client needs it.</summary>
/// <param name="Length">Of the content; -1 where it comes in chunks, <see cref="long.MaxValue"/> where it ends with the connection.</param>
internal readonly record struct ResponseHead(int Status, long Length, int? RetryAfterSeconds, bool Closes)
{
    public const long Chunked = -1;

    /// <param name="head">Everything before the empty line.</param>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _))
            throw new IOException("What answers does not speak HTTP/1.1.");
        var length = status is 204 or 304 ? 0 : long.MaxValue;
        int? retryAfter = null;
        var closes = head[7] == '0';
        for (var rest = head; Next(ref rest, out var name, out var value);)
        {
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8) && Utf8Parser.TryParse(value, out long announced, out _)) length = announced;
            else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) && Ascii.EqualsIgnoreCase(value, "chunked"u8)) length = Chunked;
            else if (Ascii.EqualsIgnoreCase(name, "retry-after"u8) && Utf8Parser.TryParse(value, out int seconds, out _)) retryAfter = seconds;
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8) && Ascii.EqualsIgnoreCase(value, "close"u8)) closes = true;
        }

        return new ResponseHead(status, length, retryAfter, closes || length == long.MaxValue);
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0) return false;
        rest = rest[(end + 2)..];
        end = rest.IndexOf("\r\n"u8);
        var line = end < 0 ? rest : rest[..end];
        var colon = line.IndexOf((byte)':');
        if (colon < 0) return line.Length > 0;
        name = line[..colon];
        value = line[(colon + 1)..].Trim((byte)' ');
        return true;
    }
}
