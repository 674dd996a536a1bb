using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IntraMessenger.Launcher;

/// <summary>Responsible for processes that outlive the launcher: started in a session of their own, writing to a file, stopped by process id.</summary>
public static partial class BackgroundProcess
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    /// <summary>A program may take so long to stop: a node 25 s where clients read slowly, and two in practice.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    /// <summary>Starts a program with its output appended to <paramref name="log"/>; the answer is the program's own process id.</summary>
    public static int Start(string log, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Open(log, program, arguments, environment);
        return process.Id;
    }

    /// <summary>The same for who wants to know how it ended.</summary>
    public static Process Open(string log, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        // Both the shell and setsid replace themselves: no process of ours stays in between. A Ctrl-C in the terminal does not reach it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    // A zombie has ended: only its parent has not looked yet.
    public static bool IsAlive(int pid) => State($"/proc/{pid}") is not (null or 'Z' or 'X');

    /// <summary>Whether it stands still, after <c>SIGSTOP</c>: all of its threads do.</summary>
    public static bool IsStopped(int pid) => Directory.Exists($"/proc/{pid}/task") && Directory.GetDirectories($"/proc/{pid}/task").All(thread => State(thread) == 'T');

    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public static async Task KillAsync(int pid)
    {
        if (pid <= 0) return;
        Signal(pid, SigKill);
        while (IsAlive(pid)) await Task.Delay(5);
    }

    /// <summary><c>SIGSTOP</c>, and waits until it stands still: until then it may do one thing more.</summary>
    public static async Task PauseAsync(int pid)
    {
        Signal(pid, SigStop);
        while (IsAlive(pid) && !IsStopped(pid)) await Task.Delay(5);
    }

    /// <summary>Asks it to end, waits, and ends it by force after <paramref name="patience"/>.</summary>
    public static async Task StopAsync(int pid, TimeSpan patience)
    {
        if (pid <= 0) return;
        Signal(pid, SigTerm);
        Signal(pid, SigCont);
        for (var waited = TimeSpan.Zero; IsAlive(pid); waited += TimeSpan.FromMilliseconds(50))
        {
            if (waited >= patience) Signal(pid, SigKill);
            await Task.Delay(50);
        }
    }

    private static char? State(string folder)
    {
        try
        {
            var stat = File.ReadAllText($"{folder}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
