using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Limits;

[Collection(nameof(RunningCollection))]
public sealed class ContactLimitTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Request_AsTheFourthUnderA_IsRefusedWithTheLimit()
    {
        var me = (await cluster.SignedInAsync(1, cluster.Gateway("a")))[0];
        var others = await cluster.PeopleAsync(4, cluster.Gateway("a"));
        foreach (var other in others.Take(3)) (await me.PostAsync("contacts", new { username = other.Name })).Status.ShouldBe(201);

        var refused = await me.PostAsync("contacts", new { username = others[3].Name });

        refused.Status.ShouldBe(409, refused.ToString());
        refused.Code.ShouldBe("max-contacts");
        refused.Body.GetProperty("limit").GetProperty("value").GetInt32().ShouldBe(3);
    }

    [Theory]
    [InlineData("a", 3)]
    [InlineData("b", 20)]
    public async Task Request_FortyAtOnceOverAllNodesOfTheSet_LeavesExactlyTheLimit(string set, int limit)
    {
        var nodes = cluster.Local.Nodes.Where(node => node.PolicySet == set).Select(RunningCluster.At).ToArray();
        var me = (await cluster.SignedInAsync(1, nodes[0]))[0];
        var others = await cluster.PeopleAsync(40, nodes[0]);

        var replies = await Task.WhenAll(others.Select((other, i) => me.By(nodes[i % nodes.Length]).PostAsync("contacts", new { username = other.Name })));

        replies.Count(reply => reply.Status == 201).ShouldBe(limit);
        replies.Count(reply => reply.Code == "max-contacts").ShouldBe(40 - limit);
        (await me.GetAsync("contacts")).Body.GetProperty("items").GetArrayLength().ShouldBe(limit);
    }

    [Fact]
    public async Task Request_OfOneWhomFiftyStrangersAsked_StillHasThree()
    {
        var me = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var strangers = await cluster.SignedInAsync(50, RunningCluster.At(cluster.B1));
        await Task.WhenAll(strangers.Select(async stranger => Person.Require(await stranger.PostAsync("contacts", new { username = me.Name }), 201)));
        (await me.GetAsync("contacts?limit=200")).Body.GetProperty("items").GetArrayLength().ShouldBe(50);

        var others = await cluster.PeopleAsync(4, RunningCluster.At(cluster.A1));
        var replies = new List<int>();
        foreach (var other in others) replies.Add((await me.PostAsync("contacts", new { username = other.Name })).Status);

        replies.ShouldBe([201, 201, 201, 409]);
    }
}
