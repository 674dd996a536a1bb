namespace IntraMessenger.Launcher.Clusters;

/// <summary>A process that belongs to a cluster; <paramref name="Name"/> is the member's, <c>store</c> for its MariaDB, <c>broker</c> for its RabbitMQ.</summary>
internal sealed record ClusterProcess(int Pid, string Name);

/// <summary>
/// Responsible for finding what runs of a cluster, by the files that its programs were started with.
/// A process id alone may be another program's by now; a command line below the cluster's folder is not.
/// </summary>
internal static class ClusterProcesses
{
    public const string Store = "store";
    public const string Broker = "broker";
    public const string PortMapper = "epmd";
    public const string Control = "control";
    public const string OtherControl = "control-2";
    public const string Gateway = "gateway";

    public static List<ClusterProcess> Of(ClusterFolder folder)
    {
        var found = new List<ClusterProcess>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), out var pid) && pid != Environment.ProcessId && NameOf(folder, pid) is { } name && BackgroundProcess.IsAlive(pid))
                found.Add(new ClusterProcess(pid, name));
        }

        return found;
    }

    /// <summary>Whether this process is that member of the cluster, and alive.</summary>
    public static bool Runs(ClusterFolder folder, int pid, string name) => BackgroundProcess.IsAlive(pid) && NameOf(folder, pid) == name;

    /// <summary>What the programs use, and what may be left over from an interrupted start without harm.</summary>
    public static bool IsServer(string name) => name is Store or Broker or PortMapper;

    /// <summary>Clients first, what they depend on last: nodes, gateway, control, store and broker.</summary>
    public static async Task StopAsync(ClusterFolder folder, Action<string>? stopping = null)
    {
        foreach (var rank in Of(folder).GroupBy(process => Rank(process.Name)).OrderBy(rank => rank.Key))
        {
            stopping?.Invoke(string.Join(", ", rank.Select(process => process.Name).Order(StringComparer.Ordinal)));
            await Task.WhenAll(rank.Select(process => BackgroundProcess.StopAsync(process.Pid, BackgroundProcess.StopPatience)));
        }

        File.Delete(folder.Description);
    }

    private static int Rank(string name) => name switch { PortMapper => 4, Store or Broker => 3, Control or OtherControl => 2, Gateway => 1, _ => 0 };

    private static string? NameOf(ClusterFolder folder, int pid)
    {
        var config = Path.GetDirectoryName(folder.Config("any")) + "/";
        foreach (var argument in Arguments(pid))
        {
            if (argument.StartsWith($"--datadir={folder.MariaDb}/", StringComparison.Ordinal)) return Store;
            if (argument == folder.RabbitMq) return Broker;
            if (argument == PrivateRabbitMq.MapperIn(folder.RabbitMq)) return PortMapper;
            if (argument.StartsWith(config, StringComparison.Ordinal)) return Path.GetFileNameWithoutExtension(argument);
        }

        return null;
    }

    private static string[] Arguments(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it has just ended, or belongs to somebody else
        }
    }
}
