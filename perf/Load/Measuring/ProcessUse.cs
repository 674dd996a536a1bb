using System.Globalization;

namespace IntraMessenger.Load.Measuring;

/// <summary>Who it is that is measured.</summary>
public enum Role
{
    Node,
    Gateway,
    Control,
    Store,
    Ceiling,
    Load,
}

/// <summary>A process to look at.</summary>
public sealed record WatchedProcess(string Name, Role Role, int Pid);

/// <summary>What a process has used up to a moment, from /proc.</summary>
public sealed record ProcessUse(double CpuSeconds, long ResidentBytes, int Threads)
{
    // USER_HZ: what /proc counts processor time in, on every Linux there is.
    public const double TicksPerSecond = 100;

    /// <summary>Zeros for a process that has ended.</summary>
    public static ProcessUse Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var cpu = (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
            return new ProcessUse(cpu, Resident(pid), int.Parse(fields[17], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return new ProcessUse(0, 0, 0);
        }
    }

    // Of the process alone where the kernel tells it: what is shared with others counts in part.
    private static long Resident(int pid)
    {
        var (file, key) = File.Exists($"/proc/{pid}/smaps_rollup") ? ("smaps_rollup", "Pss:") : ("status", "VmRSS:");
        try
        {
            return Line(pid, file, key);
        }
        catch (UnauthorizedAccessException)
        {
            return Line(pid, "status", "VmRSS:");
        }
    }

    private static long Line(int pid, string file, string key)
    {
        var line = File.ReadLines($"/proc/{pid}/{file}").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
