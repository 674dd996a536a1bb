using IntraMessenger.Cluster.Tests.Launcher;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>A machine to throw away, with the files of this one and the real systemd: see <c>machine.sh</c>.</summary>
internal static class Machine
{
    private static readonly string[] Programs = ["unshare", "pivot_root", "findmnt", "nsenter", "ip", "systemctl", "systemd-analyze", "systemd-sysusers", "runuser", "curl", "timeout"];

    private static readonly string[] Passed = ["PATH", "HOME", "DOTNET_ROOT", "NUGET_PACKAGES"];

    private static readonly Lazy<string?> Why = new(FindWhyNot);

    /// <summary>Null where one can be made, else why not.</summary>
    public static string? WhyNot => Why.Value;

    private static string Scripts { get; } = Path.Combine(CommandRun.Repository, "tests", "Cluster.Tests", "Install");

    /// <summary>The text of a script beside this file.</summary>
    public static string Script(string name) => File.ReadAllText(Path.Combine(Scripts, name));

    /// <summary>Runs these scripts, one after the other in one shell, as root in the root of the repository.</summary>
    public static async Task<MachineRun> RunAsync(params string[] scripts)
    {
        var folder = Directory.CreateTempSubdirectory("im-machine-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "run"), string.Join("\n", [Header(folder.FullName), .. scripts]));
            File.Copy(Path.Combine(Scripts, "apt-get"), Path.Combine(folder.CreateSubdirectory("bin").FullName, "apt-get"));
            var run = await CommandRun.RunAsync("timeout", ["--kill-after=5", "360", "bash", Path.Combine(Scripts, "machine.sh"), folder.FullName]);
            var output = Path.Combine(folder.FullName, "output");
            return new MachineRun(run.Code, run.Output + run.Errors + (File.Exists(output) ? await File.ReadAllTextAsync(output) : ""));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Nothing of this process' environment is there but where programs and packages are.
    private static string Header(string folder) => $$"""
        set -euo pipefail
        trap 'code=$?; ((code == 0)) || { echo "exit $code"; journalctl --no-pager --lines 200; }' EXIT
        {{string.Join("\n", Passed.Where(name => Environment.GetEnvironmentVariable(name) is not null).Select(name => $"export {name}='{Environment.GetEnvironmentVariable(name)}'"))}}
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MACHINE={{folder}}
        export PATH="$MACHINE/bin:$PATH"
        cd '{{CommandRun.Repository}}'
        """;

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

/// <summary>How the scripts ended and all that they printed.</summary>
internal sealed record MachineRun(int Code, string Output)
{
    /// <summary>What a script saw and told with <c>fact</c>.</summary>
    public string Fact(string name)
    {
        Code.ShouldBe(0, Output);
        var line = Output.Split('\n').SingleOrDefault(line => line.StartsWith($"@{name}=", StringComparison.Ordinal));
        return line.ShouldNotBeNull($"no fact {name} in {Output}")[(name.Length + 2)..];
    }
}

/// <summary>A fact that needs a machine to throw away, and is skipped, with the reason, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MachineFactAttribute : FactAttribute
{
    public MachineFactAttribute() => Skip = Machine.WhyNot;
}
