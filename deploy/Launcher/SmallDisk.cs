using System.Diagnostics;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for a disk of a given size, in memory, that can be full: mounted in a mount namespace of its own, so that who is started
/// <see cref="Inside"/> sees it and nothing is left of it when this process ends.
/// </summary>
public sealed class SmallDisk(string folder, int megabytes) : IDisposable
{
    private static readonly string[] NewNamespace = Environment.UserName == "root" ? ["--mount"] : ["--user", "--map-root-user", "--mount"];

    private Process? _holder;

    /// <summary>Null where one can be made, else why not.</summary>
    public static string? WhyNot
    {
        get
        {
            try
            {
                using var attempt = Process.Start(new ProcessStartInfo("unshare", [.. NewNamespace, "--", "true"]) { RedirectStandardError = true })!;
                var errors = attempt.StandardError.ReadToEnd();
                attempt.WaitForExit();
                return attempt.ExitCode == 0 ? null : $"A small disk is a mount namespace, which cannot be made here: {errors.Trim()}";
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return "A small disk needs the programs unshare and nsenter (util-linux).";
            }
        }
    }

    /// <summary>Where it is for who runs inside; for all others an empty folder.</summary>
    public string Folder => folder;

    /// <summary>What is to be put before a command so that it sees the disk.</summary>
    public IReadOnlyList<string> Inside =>
        ["nsenter", .. Environment.UserName == "root" ? [] : new[] { $"--user=/proc/{Holder}/ns/user", "--preserve-credentials" }, $"--mount=/proc/{Holder}/ns/mnt", "--"];

    /// <summary>A path on the disk, as everybody sees it.</summary>
    public string FromOutside(string path) => $"/proc/{Holder}/root{path}";

    private int Holder => (_holder ?? throw new InvalidOperationException("The disk is not mounted.")).Id;

    private string Ballast => FromOutside(Path.Combine(Folder, "ballast"));

    /// <summary>Empty at first; nothing is done where it is mounted already.</summary>
    public void Mount()
    {
        if (_holder is not null) return;
        OwnerOnly.MakeFolder(folder);
        // It ends when its input does, which is with this process at the latest.
        _holder = Process.Start(new ProcessStartInfo("unshare",
            [.. NewNamespace, "--", "sh", "-c", "mount -t tmpfs -o \"size=$2m\",mode=700 tmpfs \"$1\" && echo mounted && exec cat >/dev/null", "sh", folder, $"{megabytes}"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        if (_holder.StandardOutput.ReadLine() != "mounted") throw new LauncherException($"A small disk cannot be mounted: {_holder.StandardError.ReadToEnd().Trim()}");
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1024 * 1024];
        for (var size = block.Length; size > 0; size /= 2)
        {
            try
            {
                while (true) file.Write(block, 0, size);
            }
            catch (IOException)
            {
                // Smaller pieces may still fit.
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        _holder?.StandardInput.Close();
        _holder?.WaitForExit();
        _holder?.Dispose();
    }
}
