using System.Runtime.Loader;
using IntraMessenger.Launcher;

namespace IntraMessenger.Cluster.Tests.Launcher;

public sealed class FreePortTests
{
    [Fact]
    public async Task Next_InSeveralProcessesAtOnce_GivesNoPortToTwo()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => InAnotherProcess()).ToArray();
        var given = await Task.WhenAll(processes.Select(next => Task.Run(() => Enumerable.Range(0, 400).Select(_ => next()).ToArray())));

        given.SelectMany(ports => ports).ShouldBeUnique();
    }

    // Loaded once more it knows nothing of the others, as in another process.
    private static Func<int> InAnotherProcess()
    {
        var assembly = new AssemblyLoadContext(null).LoadFromAssemblyPath(typeof(FreePort).Assembly.Location);
        return assembly.GetType(typeof(FreePort).FullName!)!.GetMethod(nameof(FreePort.Next))!.CreateDelegate<Func<int>>();
    }
}
