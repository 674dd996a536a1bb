using IntraMessenger.Cluster.Tests.Signals;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

[Collection(nameof(RelayedCollection))]
public sealed class SignalRelayTests(RelayedCluster fixture) : IAsyncLifetime
{
    private RunningCluster Cluster => fixture.Cluster;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        fixture.Relays.Signals.Set(SignalFate.PassedOn);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(SignalFate.Refused)]
    [InlineData(SignalFate.Swallowed)]
    [InlineData(SignalFate.Unanswered)]
    public async Task Signals_ThatAreDropped_AreMadeUpForByTheSweep(SignalFate fate)
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        var (received, swept, touched) = (await Talk.ReceivedAsync(Cluster.B1), await Talk.SweptAsync(Cluster.B1), fixture.Relays.Signals.Touched);
        fixture.Relays.Signals.Set(fate, Cluster.B1.Management);
        for (var i = 0; i < 3; i++)
        {
            await talk.SayAsync();
            await talk.EverythingArrivedAsync();
        }

        (await Talk.ReceivedAsync(Cluster.B1)).ShouldBeLessThan(received + 3, "no signal of them came");
        await Eventually.HoldsAsync(async () => await Talk.SweptAsync(Cluster.B1) >= swept + 3, "the sweep found them");
        fixture.Relays.Signals.Touched.ShouldBeGreaterThan(touched);
    }

    [Fact]
    public async Task Signals_ThatAreRepeated_GiveEachMessageOnce()
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        var received = await Talk.ReceivedAsync(Cluster.B1);
        fixture.Relays.Signals.Set(SignalFate.Repeated);
        for (var i = 0; i < 20; i++) await talk.SayAsync();
        await Eventually.HoldsAsync(async () => await Talk.ReceivedAsync(Cluster.B1) >= received + 40, "each signal twice");
        await talk.EverythingArrivedAsync();
    }

    [Fact]
    public async Task Signals_ThatAreDelayed_AreCountedAsLate_AfterTheSweepFoundWhatTheySay()
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        var late = await LateAsync();
        fixture.Relays.Signals.Set(SignalFate.Delayed);
        await Eventually.HoldsAsync(async () =>
        {
            var swept = await Talk.SweptAsync(Cluster.B1);
            await talk.SayAsync();
            await talk.EverythingArrivedAsync();
            return await Talk.SweptAsync(Cluster.B1) > swept;
        }, "a sweep before the signal");
        await Eventually.HoldsAsync(async () => await LateAsync() > late, "the late signal");
        await talk.EverythingArrivedAsync();
    }

    private async Task<double> LateAsync() => (await Scrape.OfAsync(Cluster.B1.Management))["intramessenger_signals_late_total"];
}
