using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Messages;

/// <summary>What a node remembers of who may write, when somebody's roles or home set change.</summary>
public sealed class WritingRightsTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private WritingRights Rights => nodes.A1.Services.GetRequiredService<WritingRights>();

    private async Task<(long, long)[]> TalkAsync()
    {
        var (writer, other) = (await nodes.A1.SignUpAsync("writer"), await nodes.A1.SignUpAsync("other"));
        await writer.BefriendAsync(other);
        var conversation = await writer.OpenAsync(other);
        (await writer.SendAsync(conversation, "Hello")).Is(201);
        (long, long)[] talk = [(long.Parse(conversation), long.Parse(writer.Id))];
        Rights.KnownVersions(talk).ShouldNotBeNull();
        return [.. talk, (0, long.Parse(other.Id))];
    }

    [Fact]
    public async Task Forget_OfOnePerson_LeavesWhatIsKnownOfOthers()
    {
        var (changed, same) = (await TalkAsync(), await TalkAsync());
        Rights.Forget(new HashSet<long> { changed[1].Item2 });
        Rights.KnownVersions(changed[..1]).ShouldBeNull();
        Rights.KnownVersions(same[..1]).ShouldNotBeNull();
        Rights.Forget(null);
        Rights.KnownVersions(same[..1]).ShouldBeNull();
    }

    [Theory]
    [InlineData(new long[] { 1001, 1002 }, true)]
    [InlineData(new long[] { 1002 }, false)]
    [InlineData(new long[] { 1001 }, false)]
    public async Task People_OfVersions_AreKnownOnlyWhereEachNamesSomebody(long[] journaled, bool isKnown)
    {
        // Its own cluster: other versions would be in the journal.
        var cluster = await TestCluster.StartAsync();
        var node = await cluster.StartNodeAsync("a");
        foreach (var version in journaled) await cluster.ExecuteAsync("INSERT INTO changes (at, kind, account_id, seq) VALUES (UTC_TIMESTAMP(6), 9, @version - 1000, @version)", new { version });
        var people = await node.Services.GetRequiredService<ChangeStore>().PeopleAsync(1000, 1002);
        if (isKnown) people.ShouldBe([1L, 2L], ignoreOrder: true);
        else people.ShouldBeNull("the control of an older version names nobody");
        (await node.Services.GetRequiredService<ChangeStore>().PeopleAsync(1002, 1000)).ShouldBeNull("the store was set back");
        await cluster.DisposeAsync();
    }
}
