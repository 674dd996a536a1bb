using IntraMessenger.Launcher;
using Spectre.Console;

namespace IntraMessenger.Load.Commands;

/// <summary>Responsible for what is shown: lines that stay, and one line that tells how far it is, where a person looks on.</summary>
internal static class BenchTerminal
{
    private static readonly bool IsPlain = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("CI") is "true";

    public static IAnsiConsole Out { get; } = Create();

    public static string DefaultFolder => Path.Combine(Repository(), ".run", "bench");

    /// <summary>Runs it; what a person can act on is one sentence and exit code 2.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is LoadException or LauncherException or IOException or UnauthorizedAccessException or HttpRequestException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted: what had been started is stopped.");
            return 130;
        }
    }

    public static Task<T> ShowProgressAsync<T>(string title, Func<Action<string>, Task<T>> work)
    {
        if (IsPlain)
        {
            Out.MarkupLineInterpolated($"{title}");
            return work(_ => { });
        }

        return Out.Status().StartAsync(Markup.Escape(title), context => work(line => context.Status($"{Markup.Escape(title)}: {Markup.Escape(line)}")));
    }

    private static string Repository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "IntraMessenger.sln"))) return at.FullName;
        }

        return Environment.CurrentDirectory;
    }

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = IsPlain ? AnsiSupport.No : AnsiSupport.Detect, Interactive = IsPlain ? InteractionSupport.No : InteractionSupport.Detect });
        if (IsPlain) console.Profile.Width = 160;
        return console;
    }
}
