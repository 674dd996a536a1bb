namespace IntraMessenger.Launcher.Clusters;

/// <summary>
/// Responsible for the programs that a cluster runs: a copy of what was built beside this launcher.
/// A copy, because building again would overwrite files under running programs.
/// </summary>
internal sealed class Programs(string folder)
{
    /// <summary>The <c>dotnet</c> that runs us.</summary>
    public static string Dotnet { get; } = FindDotnet();

    public string Central { get; } = Path.Combine(folder, "Central", "Central.dll");

    public string Node { get; } = Path.Combine(folder, "Node", "Node.dll");

    /// <summary>The root of the repository that this launcher was built in.</summary>
    public static string Repository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "IntraMessenger.sln"))) return at.FullName;
        }

        throw new LauncherException($"The launcher runs from a clone of the repository; {AppContext.BaseDirectory} is in none.");
    }

    public void Copy()
    {
        foreach (var program in new[] { Central, Node }) Copy(Path.GetFileNameWithoutExtension(program), Path.GetDirectoryName(program)!);
    }

    private static void Copy(string name, string target)
    {
        var configuration = AppContext.BaseDirectory.Contains("/bin/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        var built = Path.Combine(Repository(), "src", name, "bin", configuration, "net10.0");
        if (!File.Exists(Path.Combine(built, name + ".dll")))
            throw new LauncherException($"{name} is not built: run dotnet build IntraMessenger.sln -c {configuration}.");

        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string FindDotnet()
    {
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
            Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath : null,
            Path.Combine(Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "/", "dotnet"),
        ];
        return candidates.FirstOrDefault(File.Exists) ?? "dotnet";
    }
}
