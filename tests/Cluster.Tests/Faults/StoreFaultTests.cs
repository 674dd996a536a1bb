using IntraMessenger.Cluster.Tests.Signals;
using IntraMessenger.Launcher;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>A store that does not do its work, as its clients see it: what it cannot take is refused and can be repeated, and everything goes on by itself.</summary>
[Collection(nameof(RelayedCollection))]
public sealed class StoreFaultTests(RelayedCluster fixture)
{
    private static readonly string LongText = new('x', 1_500);

    private RunningCluster Cluster => fixture.Cluster;

    [StoreFact]
    public async Task Store_ThatRefusesConnections_IsAwayAndComesBack()
    {
        var relay = Cluster.Local.Relays!.Store.Single();
        await AwayAsync(() => Done(relay.Cut), () => Done(relay.Mend));
    }

    [StoreFact]
    public async Task Store_ThatIsReadOnly_IsAwayForWhoWrites()
    {
        var store = Cluster.Local.Store!;
        await AwayAsync(() => store.SetReadOnlyAsync(true), () => store.SetReadOnlyAsync(false),
            async alice => (await alice.GetAsync("contacts")).Status.ShouldBe(200, "what is only read is answered"));
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)] // the server sees no way out, which it may do while it writes what it had in memory, and takes a while to end
    public async Task Store_WhoseDiskIsFull_TakesMessagesAgainWhenThereIsRoom(bool givesUp) => await AwayAsync(() => Done(Cluster.Local.Disk!.Fill), () =>
    {
        Cluster.Local.Disk!.Free();
        return givesUp ? Cluster.Local.Store!.KillAsync() : Task.CompletedTask;
    });

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    [StoreFact]
    public async Task Store_ThatIsSlow_DelaysAndRefusesNothing()
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        var relay = Cluster.Local.Relays!.Store.Single();
        relay.AnswerDelay = () => TimeSpan.FromMilliseconds(Random.Shared.Next(100, 300));
        try
        {
            for (var i = 0; i < 5; i++)
            {
                var asked = TimeProvider.System.GetTimestamp();
                await talk.SayAsync();
                TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds.ShouldBeGreaterThan(99, "an answer of the store");
            }

            await talk.EverythingArrivedAsync();
        }
        finally
        {
            relay.AnswerDelay = null;
        }
    }

    private static string LastOf(string log) => string.Join('\n', File.ReadLines(log).TakeLast(40));

    // People write all the time, each message again and again until it is taken: it is refused while the fault lasts, and is there once, in order.
    private async Task AwayAsync(Func<Task> begin, Func<Task> end, Func<Person, Task>? meanwhile = null)
    {
        await using var talk = await Talk.BeginAsync(Cluster);
        using var over = new CancellationTokenSource();
        var (taken, refused) = (0, 0);
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                await talk.SayAsync(LongText, () => Interlocked.Increment(ref refused));
                Interlocked.Increment(ref taken);
            }
        }));
        await Eventually.HoldsAsync(() => taken > 20, "messages that are taken");
        refused.ShouldBeLessThan(taken, "a machine that stands still for two seconds has each of them refused once");
        var refusedBefore = refused;
        await begin();
        try
        {
            await Eventually.HoldsAsync(() => refused > refusedBefore + 20, "sends that are refused", 60, () => $"{taken} were taken");
            if (meanwhile is not null) await meanwhile(talk.Alice);
        }
        finally
        {
            await end();
        }

        var before = taken;
        await Eventually.HoldsAsync(() => taken > before + 50, "that it goes on by itself", 90, () => $"{taken - before} were taken, {refused} refused. The store says: {LastOf(Cluster.Local.Store!.Log)}");
        await over.CancelAsync();
        await writing;
        await talk.EverythingArrivedAsync();
    }
}

/// <summary>A fact that needs a small disk, and is skipped, with the reason, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StoreFactAttribute : FactAttribute
{
    public StoreFactAttribute() => Skip = SmallDisk.WhyNot;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StoreTheoryAttribute : TheoryAttribute
{
    public StoreTheoryAttribute() => Skip = SmallDisk.WhyNot;
}
