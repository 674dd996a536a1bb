namespace IntraMessenger.Load.Http;

/// <summary>One server-sent event, where it lies in the buffer.</summary>
internal readonly ref struct EventText(ReadOnlySpan<byte> id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
{
    public ReadOnlySpan<byte> Id { get; } = id;

    public ReadOnlySpan<byte> Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>
    /// Takes the next complete event, or comment, off the front of <paramref name="rest"/>. Good for servers that write line feeds and one
    /// line of data an event.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out EventText found)
    {
        found = default;
        var end = rest.IndexOf("\n\n"u8);
        if (end < 0) return false;
        ReadOnlySpan<byte> id = default, type = default, data = default;
        for (var lines = rest[..end]; lines.Length > 0;)
        {
            var feed = lines.IndexOf((byte)'\n');
            var line = feed < 0 ? lines : lines[..feed];
            lines = feed < 0 ? default : lines[(feed + 1)..];
            if (line.StartsWith("id: "u8)) id = line[4..];
            else if (line.StartsWith("event: "u8)) type = line[7..];
            else if (line.StartsWith("data: "u8)) data = line[6..];
        }

        found = new EventText(id, type, data);
        rest = rest[(end + 2)..];
        return true;
    }
}
