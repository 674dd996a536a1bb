namespace IntraMessenger.Launcher;

/// <summary>Responsible for telling who listens at a port, as far as the system lets us look.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>Words that fit after "taken by".</summary>
    public static string Of(int port)
    {
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(table => Sockets(table, port)).ToHashSet();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            if (Holds(process, sockets)) return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {Path.GetFileName(process)})";
        }

        return "another program";
    }

    private static IEnumerable<string> Sockets(string table, int port) =>
        from line in File.Exists(table) ? File.ReadLines(table) : []
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal)
        select $"socket:[{fields[9]}]";

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended, or is not ours to look into
        }
    }
}
