using System.Runtime.Loader;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Launcher;

public sealed class FreePortTests
{
    [Fact]
    public async Task Next_InSeveralProcessesAtOnce_GivesNoPortToTwo()
    {
        // Loaded once more it knows nothing of the others, as in another process.
        var processes = Enumerable.Range(0, 3).Select(_ => new AssemblyLoadContext(null, isCollectible: true)).ToArray();
        var given = await Task.WhenAll(processes.Select(process => Task.Run(() => Enumerable.Range(0, 250).Select(_ => NextOf(process)()).ToArray())));

        given.SelectMany(ports => ports).ShouldBeUnique();
        foreach (var process in processes) process.Unload();
    }

    private static Func<int> NextOf(AssemblyLoadContext process)
    {
        var assembly = process.LoadFromAssemblyPath(typeof(FreePort).Assembly.Location);
        return assembly.GetType(typeof(FreePort).FullName!)!.GetMethod(nameof(FreePort.Next))!.CreateDelegate<Func<int>>();
    }
}
