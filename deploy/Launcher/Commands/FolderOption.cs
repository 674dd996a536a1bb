using System.CommandLine;

namespace IntraMessenger.Launcher.Commands;

internal static class FolderOption
{
    /// <summary>For tests, which run clusters of their own beside a developer's.</summary>
    public static Option<string> Create() =>
        new("--folder") { Description = "Where the cluster is kept", DefaultValueFactory = _ => Terminal.DefaultFolder, Hidden = true };
}
