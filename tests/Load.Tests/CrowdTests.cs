using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Faults;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Tests;

/// <summary>A pair at a node that does not do all that it should.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const long Alice = 1, Bob = 2, Talk = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private FakeNode _node = null!;
    private Crowd _crowd = null!;

    public async Task InitializeAsync()
    {
        _node = await FakeNode.StartAsync();
        _crowd = Gather(TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _crowd.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Recovery_WhereEverythingComes_IsOver()
    {
        _node.IsTelling = true;
        await RecoverAsync(Patience);
    }

    [Fact]
    public async Task Recovery_WhereNoEventComes_SaysWhoHasNotGotWhat()
    {
        (await Should.ThrowAsync<RunFailedException>(() => RecoverAsync(TimeSpan.FromSeconds(2)))).Message
            .ShouldMatch("2 of 2 people have not received what was acknowledged before .*account 1 has conversation 7 up to 0 of [1-9]");
    }

    [Fact]
    public async Task People_WhoAreRefusedForEver_CannotListen()
    {
        _node.EventStatus = 503;
        await using var crowd = Gather(new ShortTime());

        (await Should.ThrowAsync<RunFailedException>(() => crowd.ListenAsync())).Message.ShouldBe("Only 0 of 2 people listen: somebody's events did not begin within 2 minutes.");
    }

    [Fact]
    public async Task People_WhoKeepTheirNode_HaveNotLostIt()
    {
        await _crowd.ListenAsync();
        (await _crowd.AllLostAsync(before: 0, TimeSpan.FromMilliseconds(200))).ShouldBeFalse();

        _node.CutStreams();
        (await _crowd.AllLostAsync(before: 0, Patience)).ShouldBeTrue();
        (await _crowd.AllListenAsync(Patience)).ShouldBeTrue();
    }

    private Crowd Gather(TimeProvider time) => Crowd.Gather(
        [_node.Address], new Population([Person(Alice), Person(Bob)], [new Talk(Talk, [Alice, Bob])]), new Dictionary<long, long> { [Talk] = 0 },
        new ClientSettings { Mode = EventMode.Stream, FirstPause = TimeSpan.FromMilliseconds(10) }, time: time);

    private static LoadIdentity Person(long id) => new(id, $"{id}", "", Token: $"{id}");

    private async Task RecoverAsync(TimeSpan patience)
    {
        await _crowd.ListenAsync();
        using var senders = Senders.Paced(_crowd, TimeSpan.FromMilliseconds(20));
        while (_crowd.Ledger.AcknowledgedCount == 0) await Task.Delay(10);
        await new Recovery(_crowd, () => Task.FromResult<string?>(null)).WaitAsync(TimeProvider.System.GetTimestamp(), patience, senders, CancellationToken.None);
    }
}
