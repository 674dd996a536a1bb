using System.Buffers.Text;

namespace IntraMessenger.Load.Ledgers;

/// <summary>
/// Responsible for texts that prove themselves: sender, counter, then letters that follow from the counter. A text that was cut, mixed up or
/// taken for another one is none of these.
/// </summary>
public static class MessageText
{
    public const int MostCharacters = 4_000;
    private const int LeastCharacters = 40;

    private static readonly byte[] Letters = [.. Enumerable.Range(0, MostCharacters + 26).Select(i => (byte)('a' + i % 26))];

    public static int LengthOf(int wanted) => Math.Clamp(wanted, LeastCharacters, MostCharacters);

    /// <summary>Writes the text, <paramref name="length"/> ASCII characters that need no escape in JSON, and says how many they are.</summary>
    public static int Write(Span<byte> target, MessageKey key, int length)
    {
        length = LengthOf(length);
        Utf8Formatter.TryFormat(key.Sender, target, out var written);
        target[written++] = (byte)'.';
        Utf8Formatter.TryFormat(key.Counter, target[written..], out var more);
        written += more;
        target[written++] = (byte)' ';
        Letters.AsSpan(key.Counter % 26, length - written).CopyTo(target[written..]);
        return length;
    }

    /// <summary>False for a text that nobody of a run has written like this.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out MessageKey key)
    {
        key = MessageKey.Foreign;
        if (!Utf8Parser.TryParse(text, out long sender, out var used) || used >= text.Length || text[used] != '.') return false;
        text = text[(used + 1)..];
        var before = used + 1;
        if (!Utf8Parser.TryParse(text, out int counter, out used) || used >= text.Length || text[used] != ' ' || counter < 0) return false;
        text = text[(used + 1)..];
        if (before + used + 1 + text.Length < LeastCharacters || text.Length > MostCharacters) return false;
        if (!text.SequenceEqual(Letters.AsSpan(counter % 26, text.Length))) return false;
        key = new MessageKey(sender, counter);
        return true;
    }
}
