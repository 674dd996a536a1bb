using IntraMessenger.Launcher;

namespace IntraMessenger.Testing.Ways;

/// <summary>A server program of the system, or as <c>./dev test</c> unpacks it: then with its own libraries and files beside it.</summary>
/// <param name="Root">Where its files are; empty where it is installed.</param>
public sealed record Tool(string Program, string Root)
{
    public static Tool Find(string name)
    {
        var unpacked = Path.Combine(Repository.Root, ".run", "tools", name);
        if (File.Exists(Path.Combine(unpacked, "usr", "sbin", name))) return new Tool(Path.Combine(unpacked, "usr", "sbin", name), unpacked);
        var installed = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return new Tool(installed ?? throw new InvalidOperationException($"{name} was not found: run the tests with ./dev test, which fetches it, or install it."), "");
    }

    /// <summary>Runs it in the background; the answer is its process id.</summary>
    public int Start(string log, params string[] arguments)
    {
        string[] libraries = [Path.Combine(Root, "usr/lib/x86_64-linux-gnu"), Path.Combine(Root, "lib/x86_64-linux-gnu"), Path.Combine(Root, "usr/lib/aarch64-linux-gnu"), Path.Combine(Root, "lib/aarch64-linux-gnu")];
        var environment = Root.Length == 0 ? [] : new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = string.Join(':', libraries) };
        return BackgroundProcess.Start(log, Program, arguments, environment);
    }
}
