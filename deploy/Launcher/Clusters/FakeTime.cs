using System.Globalization;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for a program whose clock is wrong: Debian's libfaketime, which leaves its monotonic clock as it is.</summary>
public static class FakeTime
{
    private static readonly string[] Libraries = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

    /// <summary>Where the library is, or null where it is not installed.</summary>
    public static string? Library => Libraries.Prepend(Environment.GetEnvironmentVariable("INTRAMESSENGER_FAKETIME")).FirstOrDefault(File.Exists);

    /// <summary>Null where clocks can be set wrong, else why not.</summary>
    public static string? WhyNot => Library is null ? "libfaketime is not installed. On Debian: apt-get install --no-install-recommends libfaketime." : null;

    internal static void Set(IDictionary<string, string> environment, TimeSpan ahead)
    {
        environment["LD_PRELOAD"] = Library ?? throw new LauncherException(WhyNot!);
        environment["FAKETIME"] = ahead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture);
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }
}
