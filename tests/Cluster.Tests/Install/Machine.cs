using IntraMessenger.Cluster.Tests.Launcher;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>A machine to throw away, with the files of this one and the real systemd: see <c>machine.sh</c>.</summary>
internal static class Machine
{
    private static readonly string[] Programs = ["unshare", "pivot_root", "findmnt", "nsenter", "ip", "systemctl", "systemd-analyze", "systemd-sysusers", "runuser", "curl", "timeout"];

    private static readonly Lazy<string?> Why = new(FindWhyNot);

    /// <summary>Null where one can be made, else why not.</summary>
    public static string? WhyNot => Why.Value;

    /// <summary>The folder with the scripts.</summary>
    public static string Scripts { get; } = Path.Combine(CommandRun.Repository, "tests", "Cluster.Tests", "Install");

    /// <summary>Runs <c>run</c> of this folder in it; what it said is in <c>output</c>.</summary>
    public static Task<Finished> RunAsync(string folder) =>
        CommandRun.RunAsync("timeout", ["--kill-after=5", "240", "bash", Path.Combine(Scripts, "machine.sh"), folder]);

    private static string? FindWhyNot()
    {
        if (Environment.UserName != "root") return "Installing is tested on a machine to throw away, which only root can make: run the tests as root to see it.";
        if (!File.Exists("/lib/systemd/systemd")) return "Installing is tested with the real systemd, and this machine has none.";
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var missing = Programs.Where(program => !path.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray();
        if (missing.Length > 0) return $"Installing is tested on a machine to throw away, for which this one lacks {string.Join(", ", missing)}.";
        if (PrivateMariaDb.Find("mariadbd") is null) return "Installing is tested with MariaDB, which is not installed here.";
        var namespaces = CommandRun.RunAsync("unshare", ["--mount", "--cgroup", "--net", "--pid", "--uts", "--ipc", "--fork", "true"]).GetAwaiter().GetResult();
        return namespaces.Code == 0 ? null : $"Installing is tested in namespaces, which this machine does not give: {namespaces.Errors.Trim()}";
    }
}

/// <summary>A fact that needs a machine to throw away, and is skipped, with the reason, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MachineFactAttribute : FactAttribute
{
    public MachineFactAttribute() => Skip = Machine.WhyNot;
}
