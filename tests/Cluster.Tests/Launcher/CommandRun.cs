using System.Diagnostics;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>How a program ended and what it said.</summary>
internal sealed record Finished(int Code, string Output, string Errors);

/// <summary>Runs programs as a person at a terminal would.</summary>
internal static class CommandRun
{
    public static string Repository { get; } = FindRepository();

    /// <summary>The launcher as <c>./dev</c> starts it, on a folder of its own.</summary>
    public static Task<Finished> LauncherAsync(string verb, string folder, params string[] more) =>
        RunAsync("dotnet", [typeof(PrivateMariaDb).Assembly.Location, verb, "--folder", folder, .. more]);

    public static async Task<Finished> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Finished(process.ExitCode, await output, await errors);
    }

    private static string FindRepository()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "IntraMessenger.sln"))) at = at.Parent;
        return at.FullName;
    }
}
