using System.Runtime.InteropServices;
using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

/// <summary>Responsible for what all commands share with the person at the terminal.</summary>
internal static class Terminal
{
    /// <summary>Colours and moving parts only where a person looks on.</summary>
    public static IAnsiConsole Out { get; } = Create();

    public static bool IsInteractive { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("CI") is not "true";

    public static string DefaultFolder => Path.Combine(Programs.Repository(), ".run");

    /// <summary>Runs a command; what a person can act on is one sentence and exit code 1.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is LauncherException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted: what had been started is stopped.");
            return 130;
        }
    }

    /// <summary>Cancelled by Ctrl-C, by a polite kill and by the closing of the terminal.</summary>
    public static CancellationTokenSource UntilInterrupted(List<IDisposable> registrations)
    {
        var interrupted = new CancellationTokenSource();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                interrupted.Cancel();
            }));
        }

        return interrupted;
    }

    private static IAnsiConsole Create()
    {
        var plain = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("CI") is "true";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (plain) console.Profile.Width = 10_000; // addresses must not be broken into lines where another program reads them
        return console;
    }
}
