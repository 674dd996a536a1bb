using System.Diagnostics;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>A cluster in the foreground: logs of all programs until it is told to stop.</summary>
public sealed class ForegroundTests : IDisposable
{
    private const int SigInt = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-foreground-");
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(SigInt)]
    [InlineData(BackgroundProcess.SigTerm)]
    public async Task Up_WhenToldToStop_StopsAllOfIt(int signal)
    {
        using var up = Start();
        await UntilAsync(up, "Ctrl-C stops it");
        BackgroundProcess.Signal(up.Id, signal);
        await up.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        up.ExitCode.ShouldBe(0, string.Join('\n', _said));
        LauncherTests.Processes(_folder.FullName).ShouldBeEmpty();
        File.Exists(Path.Combine(_folder.FullName, "cluster.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_WhileItStarts_CanBeInterrupted()
    {
        using var up = Start();
        await UntilAsync(up, "store: ready");
        BackgroundProcess.Signal(up.Id, SigInt);
        await up.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        up.ExitCode.ShouldBe(130);
        LauncherTests.Processes(_folder.FullName).ShouldBeEmpty();
    }

    [Fact]
    public async Task Up_ShowsTheLogsOfAll_UntilDownStopsIt()
    {
        using var up = Start();
        await UntilAsync(up, "Ctrl-C stops it");
        (await CommandRun.LauncherAsync("down", _folder.FullName)).Code.ShouldBe(0);
        await up.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        up.ExitCode.ShouldBe(0);
        foreach (var program in new[] { "control", "gateway", "node-a1", "node-a2", "node-b1" })
            _said.ShouldContain(line => line.StartsWith(program + " ") && line.Contains("has ended"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Process Start()
    {
        // As at a terminal: whoever runs the tests in the background may have SIGINT ignored, which is inherited.
        var start = new ProcessStartInfo("env",
        [
            "--default-signal=INT", "dotnet", typeof(PrivateMariaDb).Assembly.Location, "up", "--folder", _folder.FullName,
            "--gateway-port", $"{FreePort.Next()}", "--console-port", $"{FreePort.Next()}",
        ])
        { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            lock (_said) _said.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task UntilAsync(Process process, string words)
    {
        while (true)
        {
            lock (_said)
            {
                if (_said.Any(line => line.Contains(words))) return;
            }

            process.HasExited.ShouldBeFalse(string.Join('\n', _said));
            await Task.Delay(50);
        }
    }
}
