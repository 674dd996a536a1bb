using Dapper;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Leases;

[Collection(nameof(WaitingCollection))]
public sealed class KilledNodeTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Places_OfAKilledNode_AreFreeNotBeforeItsLeaseAndAllByTheirTime()
    {
        var streaming = await cluster.SignedInAsync(25, RunningCluster.At(cluster.A1));
        var readers = await Task.WhenAll(streaming.Select(person => person.ListenAsync()));
        readers.ShouldAllBe(reader => reader.Status == 200);
        var silent = await cluster.SignedInAsync(25, RunningCluster.At(cluster.A2));
        var lastRequest = TimeProvider.System.GetTimestamp();
        var strangers = new Queue<Person>(await cluster.PeopleAsync(60, RunningCluster.At(cluster.A2)));

        await cluster.A1.KillAsync();
        var killed = TimeProvider.System.GetTimestamp();
        var sinceRenewal = await SecondsSinceRenewalOfTheDeadAsync();

        // Nobody gets in before the lease of the dead node can have ended.
        var admitted = 0;
        while (TimeProvider.System.GetElapsedTime(killed).TotalSeconds + sinceRenewal < 14.5)
        {
            (await strangers.Peek().SignInAsync()).Status.ShouldBe(429, "a place was free too early");
            await Task.Delay(500);
        }

        // All 25 are free by 35 s after the kill, and not one more.
        await Until(killed, 35);
        while ((await strangers.Peek().SignInAsync()).Status == 201)
        {
            strangers.Dequeue();
            admitted++;
        }

        admitted.ShouldBe(25);
        TimeProvider.System.GetElapsedTime(lastRequest).TotalSeconds.ShouldBeLessThan(60, "the silent sessions still hold their places here");

        // And the silent ones' by 75 s after their last request.
        await Until(lastRequest, 75.5);
        while ((await strangers.Peek().SignInAsync()).Status == 201)
        {
            strangers.Dequeue();
            admitted++;
        }

        admitted.ShouldBe(50);
        (await cluster.PlacesAsync("a")).ShouldBe(50);
        foreach (var person in silent.Take(3))
        {
            var late = await person.GetAsync("me");
            late.Status.ShouldBe(429, "a token whose place was given away is still valid, and there is no place");
            late.Code.ShouldBe("max-connected-users");
        }

        foreach (var reader in readers) await reader.DisposeAsync();
    }

    [Fact]
    public async Task Place_OfAKilledNodesClientThatComesBackInTime_IsKept()
    {
        var people = await cluster.SignedInAsync(50, RunningCluster.At(cluster.A1));
        var readers = await Task.WhenAll(people.Select(person => person.ListenAsync()));
        var stranger = (await cluster.PeopleAsync(1, RunningCluster.At(cluster.A2)))[0];

        await cluster.A1.KillAsync();
        var back = await Task.WhenAll(people.Select((person, i) => person.By(RunningCluster.At(cluster.A2)).ListenAsync(readers[i].LastId)));

        back.ShouldAllBe(reader => reader.Status == 200);
        await Task.Delay(TimeSpan.FromSeconds(36));
        (await stranger.SignInAsync()).Status.ShouldBe(429);
        back.ShouldAllBe(reader => !reader.HasEnded);
        foreach (var reader in readers.Concat(back)) await reader.DisposeAsync();
    }

    private Task<double> SecondsSinceRenewalOfTheDeadAsync() => cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<double>("""
        SELECT TIMESTAMPDIFF(MICROSECOND, MAX(l.renewed_at), UTC_TIMESTAMP(6)) / 1000000
        FROM node_lives l JOIN nodes n ON n.id = l.node_id WHERE n.name = 'node-a1'
        """));

    private static async Task Until(long since, double seconds)
    {
        var rest = TimeSpan.FromSeconds(seconds) - TimeProvider.System.GetElapsedTime(since);
        if (rest > TimeSpan.Zero) await Task.Delay(rest);
    }
}
