namespace IntraMessenger.Node.Tests.People;

public sealed class BrowseTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    [Trait("effect", "directory.browse")]
    public async Task Everybody_WhereBrowsingIsAllowed_IsListedByNameInParts()
    {
        var node = await nodes.Cluster.StartNodeAsync("a", ("directory.browse", true));
        var (me, zoe, adam, mia, gone) = (await node.SignUpAsync("me"), await node.SignUpAsync("zoe"), await node.AddAsync("adam"), await node.AddAsync("Mia"), await node.AddAsync("gone"));
        await me.BefriendAsync(zoe);
        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = 'locked' WHERE id = @Id", new { gone.Id });

        var found = new List<(string?, string?)>();
        for (string? next = ""; next is not null;)
        {
            var part = (await me.GetAsync($"/directory?all=true&limit=2&after={Uri.EscapeDataString(next)}")).Is(200);
            found.AddRange(part.Items.Select(item => (item.GetProperty("user").GetProperty("username").GetString(), item.TryGetProperty("status", out var status) ? status.GetString() : null)));
            next = part.Has("next") ? part["next"].GetString() : null;
        }

        string[] made = [me.Username, zoe.Username, adam.Username, mia.Username, gone.Username];
        found.Where(person => made.Contains(person.Item1)).ShouldBe([(adam.Username, null), (mia.Username, null), (zoe.Username, "online")]);
        (await me.GetAsync("/directory?all=true&query=zoe")).IsProblem(422, "invalid", "query");
    }

    [Fact]
    public async Task Everybody_WhereBrowsingIsNotAllowed_CanBeSearchedOnly()
    {
        var (me, zoe) = (await nodes.A1.SignUpAsync("me"), await nodes.A2.SignUpAsync("zoe"));
        (await me.GetAsync("/directory?all=true")).IsProblem(403, "not-allowed")["option"].GetString().ShouldBe("directory.browse");
        (await me.GetAsync($"/directory?query={zoe.Username}")).Is(200).Items.Count.ShouldBe(1);
        (await me.GetAsync("/directory")).Is(200).Items.ShouldBeEmpty();
    }
}
