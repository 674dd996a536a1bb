using System.Text.RegularExpressions;
using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>docs/install-systemd.md followed word for word on a machine to throw away: each of its <c>sh</c> blocks, in order, in one shell.</summary>
public sealed partial class InstalledMachine : IAsyncLifetime
{
    private static readonly string[] Passed = ["PATH", "HOME", "DOTNET_ROOT", "NUGET_PACKAGES"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-machine-");

    public int Code { get; private set; }

    /// <summary>Everything that was printed.</summary>
    public string Output { get; private set; } = "";

    /// <summary>Of this machine, before and after: what installing would have changed.</summary>
    public string Before { get; } = Look();

    public string After { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Machine.WhyNot is not null) return;
        var guide = await File.ReadAllTextAsync(Path.Combine(CommandRun.Repository, "docs", "install-systemd.md"));
        var uninstall = guide.IndexOf("\n## Uninstall\n", StringComparison.Ordinal);
        uninstall.ShouldBePositive("the guide ends with \"Uninstall\"");
        string[] parts = [Header(), Blocks(guide[..uninstall]), await ScriptAsync("proof.sh"), Blocks(guide[uninstall..]), await ScriptAsync("after.sh")];
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "run"), string.Join("\n", parts));
        var programs = _folder.CreateSubdirectory("bin");
        File.Copy(Path.Combine(Machine.Scripts, "apt-get"), Path.Combine(programs.FullName, "apt-get"));

        var run = await Machine.RunAsync(_folder.FullName);
        var output = Path.Combine(_folder.FullName, "output");
        Code = run.Code;
        Output = run.Output + run.Errors + (File.Exists(output) ? await File.ReadAllTextAsync(output) : "");
        After = Look();
    }

    /// <summary>What <c>proof.sh</c> or <c>after.sh</c> saw.</summary>
    public string Fact(string name)
    {
        Code.ShouldBe(0, Output);
        var line = Output.Split('\n').SingleOrDefault(line => line.StartsWith($"@{name}=", StringComparison.Ordinal));
        return line.ShouldNotBeNull($"no fact {name} in {Output}")[(name.Length + 2)..];
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private string Header() => $$"""
        set -euo pipefail
        trap 'code=$?; ((code == 0)) || { echo "exit $code"; journalctl --no-pager --lines 200; }' EXIT
        {{string.Join("\n", Passed.Where(name => Environment.GetEnvironmentVariable(name) is not null).Select(name => $"export {name}='{Environment.GetEnvironmentVariable(name)}'"))}}
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 PATH="{{_folder.FullName}}/bin:$PATH"
        cd '{{CommandRun.Repository}}'
        """;

    private static string Blocks(string guide) => string.Join("\n", Block().Matches(guide).Select(block => block.Groups[1].Value));

    private static Task<string> ScriptAsync(string name) => File.ReadAllTextAsync(Path.Combine(Machine.Scripts, name));

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
