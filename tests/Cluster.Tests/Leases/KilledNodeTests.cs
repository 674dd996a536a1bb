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
        while (TimeProvider.System.GetElapsedTime(killed).TotalSeconds + sinceRenewal < 14.5)
        {
            (await strangers.Peek().SignInAsync()).Status.ShouldBe(429, "a place was free too early");
            await Task.Delay(500);
        }

        // All 25 are free by 35 s after the kill, and not one more while the silent ones hold theirs.
        await Until(killed, 35);
        var admitted = await AdmitAsync(strangers, 25);
        var next = (await strangers.Peek().SignInAsync()).Status;
        if (TimeProvider.System.GetElapsedTime(lastRequest).TotalSeconds < 60) next.ShouldBe(429);
        else if (next == 201) admitted.Add(strangers.Dequeue());

        // And the silent ones' by 75 s after their last request.
        await Until(lastRequest, 75.5);
        foreach (var person in admitted) (await person.GetAsync("me")).Status.ShouldBe(200, "not silent for as long");
        admitted.AddRange(await AdmitAsync(strangers, 50 - admitted.Count));
        (await strangers.Peek().SignInAsync()).Status.ShouldBe(429);
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

    /// <summary>Lets so many in, one after the other; a machine that is busy may need a round of the agent more.</summary>
    private static async Task<List<Person>> AdmitAsync(Queue<Person> strangers, int count)
    {
        var admitted = new List<Person>();
        while (admitted.Count < count)
        {
            await Eventually.HoldsAsync(async () => (await strangers.Peek().SignInAsync()).Status == 201, $"a place for number {admitted.Count + 1} of {count}", 10);
            admitted.Add(strangers.Dequeue());
        }

        return admitted;
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
