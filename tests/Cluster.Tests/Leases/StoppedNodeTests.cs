using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Leases;

[Collection(nameof(WaitingCollection))]
public sealed class StoppedNodeTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Node_ThatStandsStillForFortySecondsAndGoesOn_NeverMakesTheLimitExceeded()
    {
        var here = await cluster.SignedInAsync(25, RunningCluster.At(cluster.A1));
        var there = await cluster.SignedInAsync(25, RunningCluster.At(cluster.A2));
        var readersHere = await Task.WhenAll(here.Select(person => person.ListenAsync()));
        var readersThere = await Task.WhenAll(there.Select(person => person.ListenAsync()));
        var newcomers = await cluster.PeopleAsync(10, RunningCluster.At(cluster.A2));
        using var over = new CancellationTokenSource();
        var most = WatchAsync(over.Token);

        await cluster.A1.PauseAsync();
        var stopped = TimeProvider.System.GetTimestamp();
        // One notices at once and goes on through the other node with the same token; its old connection stays half open.
        await using var moved = await here[0].By(RunningCluster.At(cluster.A2)).ListenAsync(readersHere[0].LastId);
        moved.Status.ShouldBe(200);
        var admitted = new List<EventReader>();
        foreach (var newcomer in newcomers)
        {
            await Eventually.HoldsAsync(async () => (await newcomer.SignInAsync()).Status == 201, "a free place", 38);
            admitted.Add(await newcomer.ListenAsync());
        }

        var rest = TimeSpan.FromSeconds(40) - TimeProvider.System.GetElapsedTime(stopped);
        if (rest > TimeSpan.Zero) await Task.Delay(rest);
        cluster.A1.Continue();

        // Each of its people keeps a place (and is told to resync) or gets noPlace.
        await Eventually.HoldsAsync(() => readersHere.Skip(1).All(reader => reader.Has("noPlace") || reader.Has("resync")) && readersHere[0].Has("replaced"), "noPlace or resync for everybody", 30,
            () => string.Join("; ", readersHere.Select(reader => $"{string.Join(",", reader.Events.Select(item => item.Type))}{(reader.HasEnded ? " ended" : "")}")));
        readersHere.Count(reader => reader.Has("noPlace")).ShouldBe(10);
        readersHere.Count(reader => reader.Has("resync")).ShouldBe(14);
        foreach (var (person, reader) in here.Zip(readersHere))
        {
            (await cluster.HasPlaceAsync(person)).ShouldBe(reader.Has("resync") || reader.Has("replaced"));
            if (reader.Has("noPlace")) reader.Events.First(item => item.Type == "noPlace").Data.GetProperty("limit").GetInt32().ShouldBe(50);
        }

        readersThere.Concat(admitted).Append(moved).ShouldAllBe(reader => !reader.HasEnded);
        await over.CancelAsync();
        (await most).ShouldBeInRange(26, 50);
        (await cluster.PlacesAsync("a")).ShouldBe(50);
        foreach (var reader in readersHere.Concat(readersThere).Concat(admitted)) await reader.DisposeAsync();
    }

    private async Task<int> WatchAsync(CancellationToken over)
    {
        var most = 0;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, await cluster.PlacesAsync("a"));
            await Task.Delay(100, CancellationToken.None);
        }

        return most;
    }
}
