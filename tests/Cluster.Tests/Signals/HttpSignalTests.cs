using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Signals;

[Collection(nameof(RunningCollection))]
public sealed class HttpSignalTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Messages_OfTwoNodes_AreToldToNoThird()
    {
        await using var talk = await Talk.BeginAsync(cluster);
        var (atB, atThird) = (await Talk.ReceivedAsync(cluster.B1), await Talk.ReceivedAsync(cluster.A2));
        for (var i = 0; i < 100; i++) await talk.SayAsync();
        await talk.EverythingArrivedAsync();
        await Eventually.HoldsAsync(async () => await Talk.ReceivedAsync(cluster.B1) >= atB + 100, "a hundred signals");
        (await Talk.ReceivedAsync(cluster.B1) - atB).ShouldBeLessThan(100 + Talk.Others, "each once");
        (await Talk.ReceivedAsync(cluster.A2) - atThird).ShouldBeLessThan(Talk.Others, "and not to everybody");
    }

    [Fact]
    public async Task Signals_WithCentralKilled_FindTheirWay_AlsoToANodeThatStarts()
    {
        await using (var talk = await Talk.BeginAsync(cluster))
        {
            await cluster.Local.ControlProcess.KillAsync();
            await cluster.Local.GatewayProcess.KillAsync();
            await talk.BySignalsAsync("without Central");
            await talk.EverythingArrivedAsync();
        }

        // Another life, which the others learn of from the store.
        await cluster.B1.RestartAsync();
        await using var again = await Talk.BeginAsync(cluster);
        await again.EverythingArrivedAsync();
    }
}
