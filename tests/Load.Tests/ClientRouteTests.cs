using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Tests;

public sealed class ClientRouteTests
{
    private const int Clients = 1_000;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ClientsOfALostNode_ComeBackSpreadOverTheFirstPause(int askedSeconds)
    {
        var time = new HurriedTime();
        var settings = new ClientSettings();
        await using var network = new LoadNetwork([new Uri("http://127.0.0.1:1/a")], settings, new Ledger(time), time);
        time.Waits.Clear();

        for (var client = 0; client < Clients; client++) await new ClientRoute(network, 0, stays: false).RestAsync(failures: 1, TimeSpan.FromSeconds(askedSeconds), CancellationToken.None);

        var fifths = time.Waits.CountBy(wait => (int)((wait - TimeSpan.FromSeconds(askedSeconds)) / settings.FirstPause * 5)).ToDictionary();
        fifths.Keys.Order().ShouldBe([0, 1, 2, 3, 4]);
        fifths.Values.ShouldAllBe(count => count > 130 && count < 270, "200 each, give or take");
    }

    /// <summary>Waits for nothing, and remembers what it was asked to wait for.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
