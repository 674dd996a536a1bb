using System.Text.RegularExpressions;
using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>docs/install-systemd.md followed word for word on a machine to throw away: each of its <c>sh</c> blocks, in order, in one shell.</summary>
public sealed partial class InstalledMachine : IAsyncLifetime
{
    /// <summary>Of this machine, before and after: what installing would have changed.</summary>
    public string Before { get; } = Look();

    public string After { get; private set; } = "";

    internal MachineRun Run { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Machine.WhyNot is not null) return;
        var guide = await File.ReadAllTextAsync(Path.Combine(CommandRun.Repository, "docs", "install-systemd.md"));
        var uninstall = guide.IndexOf("\n## Uninstall\n", StringComparison.Ordinal);
        uninstall.ShouldBePositive("the guide ends with \"Uninstall\"");
        Run = await Machine.RunAsync(Machine.Script("facts.sh"), Blocks(guide[..uninstall]), Machine.Script("proof.sh"), Blocks(guide[uninstall..]), Machine.Script("after.sh"));
        After = Look();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static string Blocks(string guide) => string.Join("\n", Block().Matches(guide).Select(block => block.Groups[1].Value));

    /// <summary>What of an installation is to be seen on this machine; other work on it may change the rest meanwhile.</summary>
    private static string Look()
    {
        string[] folders = ["/etc", "/opt", "/var/lib", "/etc/systemd/system", "/etc/mysql/mariadb.conf.d", "/etc/sysusers.d"];
        var entries = folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFileSystemEntries(folder)).Order(StringComparer.Ordinal);
        string[] lines = [.. entries, .. File.ReadLines("/etc/passwd"), .. File.ReadLines("/proc/self/mounts")];
        return string.Join("\n", lines.Where(line => Traces().IsMatch(line)));
    }

    [GeneratedRegex("intramessenger|mysql|mariadb|im-machine", RegexOptions.IgnoreCase)]
    private static partial Regex Traces();

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
