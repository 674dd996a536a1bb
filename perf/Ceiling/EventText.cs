using System.Globalization;
using System.Text.Unicode;

namespace IntraMessenger.Ceiling;

internal static class EventText
{
    /// <summary>The event of a message, as the product writes it.</summary>
    public static int Write(Span<byte> target, long conversation, long seq, long sender, string text, DateTimeOffset at)
    {
        Utf8.TryWrite(target, CultureInfo.InvariantCulture,
            $"id: {at.ToUnixTimeMilliseconds()}\nevent: message\ndata: {{\"conversationId\":\"{conversation}\",\"seq\":{seq},\"kind\":\"text\",\"from\":\"{sender}\",\"text\":\"{text}\",\"sentAt\":\"{at:yyyy-MM-ddTHH:mm:ss.ffffffZ}\"}}\n\n",
            out var written);
        return written;
    }
}
