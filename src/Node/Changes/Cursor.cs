using System.Globalization;

namespace IntraMessenger.Node.Changes;

/// <summary>
/// Where a client stands: exactly, on the node life that gave it; and by the store's clock, for any other node
/// (docs/adr/0003-cursor-and-resync.md).
/// </summary>
/// <param name="LifeId">0: from sign-in or <c>resync</c>; the presence of everybody visible then comes first.</param>
/// <param name="Position">Among the events of that life; without one, 1 after <c>resync</c>.</param>
/// <param name="Time">Everything that was journaled before it, less the overlap, has been given.</param>
internal sealed record Cursor(long LifeId, long SessionId, long Position, DateTime Time)
{
    public bool IsFresh => LifeId == 0;

    /// <summary>What its client was told of before may be old by now, or may not have come.</summary>
    public bool IsAfterHole => IsFresh && Position == 1;

    public static Cursor Fresh(DateTime time) => new(0, 0, 0, time);

    public static Cursor AfterHole(DateTime time) => new(0, 0, 1, time);

    /// <summary>Null for what is no cursor of ours.</summary>
    public static Cursor? Read(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4) return null;
        Span<long> numbers = stackalloc long[4];
        for (var i = 0; i < 4; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        return numbers[3] < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new Cursor(numbers[0], numbers[1], numbers[2], DateTimeOffset.FromUnixTimeMilliseconds(numbers[3]).UtcDateTime)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{LifeId}.{SessionId}.{Position}.{new DateTimeOffset(Time).ToUnixTimeMilliseconds()}");
}
