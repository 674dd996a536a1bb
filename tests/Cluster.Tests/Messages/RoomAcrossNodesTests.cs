using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Messages;

[Collection(nameof(RunningCollection))]
public sealed class RoomAcrossNodesTests(RunningCluster cluster) : IAsyncLifetime
{
    private const int Members = 12, EachSends = 40;

    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Room_WithMembersOnThreeNodes_GivesEachEveryMessageInOrder()
    {
        // Of the policy set b, whose people may have twenty contacts; their clients come by any node of their set, members of a by both of it.
        var host = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        var guests = await cluster.SignedInAsync(Members - 1, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.A2), RunningCluster.At(cluster.B1));
        foreach (var guest in guests) await host.BefriendAsync(guest);
        var people = guests.Prepend(host).ToArray();
        var readers = await Task.WhenAll(people.Select(person => person.ListenAsync(person.Cursor)));
        var room = Person.Require(await host.PostAsync("conversations", new { kind = "conference", title = "Room", userIds = guests.Select(guest => guest.Id) }), 201).Text("id");

        await Task.WhenAll(people.Select(async person =>
        {
            for (var i = 0; i < EachSends; i++) Person.Require(await person.SayAsync(room, $"{person.Name}/{i}"), 201);
        }));

        var all = await host.ReadAllAsync(room);
        all.Select(item => item.GetProperty("seq").GetInt64()).ShouldBe(Enumerable.Range(1, Members + Members * EachSends).Select(seq => (long)seq));
        foreach (var (person, reader) in people.Zip(readers))
        {
            await reader.NextAsync("message", data => data.GetProperty("seq").GetInt64() == all.Count, seconds: 30);
            var joined = all.FindIndex(item => item.GetProperty("kind").GetString() == "joined" && item.GetProperty("from").GetString() == person.Id);
            reader.Events.Where(item => item.Type == "message").Select(item => (item.Data.GetProperty("seq").GetInt64(), item.Data.TryGetProperty("text", out var text) ? text.GetString() : null))
                .ShouldBe(all.Skip(joined).Select(item => (item.GetProperty("seq").GetInt64(), item.TryGetProperty("text", out var text) ? text.GetString() : null)), person.Name);
            await reader.DisposeAsync();
        }
    }
}
