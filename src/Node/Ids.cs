using System.Globalization;

namespace IntraMessenger.Node;

/// <summary>Ids are opaque texts to clients and numbers here.</summary>
internal static class Ids
{
    /// <summary>The number, or null for anything that cannot be one of our ids.</summary>
    public static long? Read(string? id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && id![0] != '0' ? number : null;
}
