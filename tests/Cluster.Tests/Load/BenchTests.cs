using System.Text.Json;
using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Load;

/// <summary>The load tool as <c>./dev bench</c> starts it.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-bench-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Bench_MeasuresTheProductBesideTheCeiling_AndLeavesNothingRunning()
    {
        var json = Path.Combine(_folder.FullName, "result.json");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var tool = Path.Combine(CommandRun.Repository, "perf/Load/bin", configuration, "net10.0/IntraMessenger.Load.dll");
        var run = await CommandRun.RunAsync("dotnet", [tool, "W1", "--users", "40", "--seconds", "3", "--warm-up", "1", "--ceiling", "--folder", _folder.FullName, "--json", json]);
        run.Code.ShouldBe(0, run.Output + run.Errors);

        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        foreach (var runs in new[] { "runs", "ceilingRuns" })
        {
            var ledger = result.RootElement.GetProperty(runs)[0].GetProperty("ledger");
            ledger.GetProperty("acknowledged").GetInt64().ShouldBeInRange(40, 40 * 6, "forty people, one message a second each");
            ledger.GetProperty("received").GetInt64().ShouldBe(2 * ledger.GetProperty("acknowledged").GetInt64());
            ledger.GetProperty("isWhole").GetBoolean().ShouldBeTrue();
            foreach (var process in result.RootElement.GetProperty(runs)[0].GetProperty("processes").EnumerateArray())
                process.GetProperty("residentBytes").GetInt64().ShouldBeGreaterThan(10_000_000, process.ToString());
        }

        foreach (var medians in new[] { "medians", "ceiling" })
        {
            var figures = result.RootElement.GetProperty(medians);
            figures.GetProperty("send to received p50").GetDouble().ShouldBeInRange(0.05, 2_000);
            figures.GetProperty("of it the server").GetDouble().ShouldBeGreaterThan(0);
            figures.GetProperty("of it the store").GetDouble().ShouldBeGreaterThan(0);
        }

        Directory.GetDirectories("/proc").Where(process => IsOfTheFolder(Path.Combine(process, "cmdline"))).ShouldBeEmpty();
    }

    private bool IsOfTheFolder(string commandLine)
    {
        try
        {
            return File.Exists(commandLine) && File.ReadAllText(commandLine).Contains(_folder.FullName, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }
}
