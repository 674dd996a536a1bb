using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Targets;
using IntraMessenger.Load.Workloads;
using IntraMessenger.Testing;

namespace IntraMessenger.Load.Tests;

/// <summary>What is a failure besides what the ledger says: two people at a node that does not do all that it should.</summary>
public sealed class WorkloadTests(StoreFixture fixture) : IClassFixture<StoreFixture>, IAsyncLifetime
{
    private FakeNode _node = null!;

    public async Task InitializeAsync() => _node = await FakeNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Send_ThatIsRefused_IsAFailureOfTheRun()
    {
        _node.SendStatus = 403;
        var result = await RunAsync("W1");

        result.Failures.ShouldBe(["A message was refused with status 403, although the people of this run may write to each other."]);
        result.Ledger.Refused.ShouldBePositive();
    }

    [Fact]
    public async Task Sessions_ThatTheServerEnds_AreAFailureOfTheRun()
    {
        _node.EventStatus = 401;

        (await RunAsync("W1")).Failures.ShouldBe(["Only 0 of 2 people listen: the server ended a session."]);
    }

    [Fact]
    public async Task IdlePeople_WhoListenAllTheTime_AreNoFailure() => (await RunAsync("W3")).Failures.ShouldBeEmpty();

    [Fact]
    public async Task IdlePeople_WhoLoseTheirStreamWhileTheyAreMeasured_AreAFailure()
    {
        var result = await RunAsync("W3", whileMeasured: _node.CutStreams);

        result.Failures.ShouldBe(["2 event requests were lost while it was measured, and 0 of 2 people did not listen at the end."]);
        result.Remarks.ShouldHaveSingleItem().ShouldStartWith("2 event requests lost, 0 resyncs");
    }

    [Fact]
    public async Task IdlePeople_WhoDoNotComeBack_AreAFailure()
    {
        var result = await RunAsync("W3", whileMeasured: () =>
        {
            _node.EventStatus = 503;
            _node.CutStreams();
        });

        result.Failures.ShouldHaveSingleItem().ShouldEndWith("and 2 of 2 people did not listen at the end.");
    }

    [Fact]
    public void Costs_OfWhatRunsElsewhere_AreLeftOut()
    {
        string[] Names(params ProcessRow[] processes) => [.. Workload.Costs(new WindowUse(1, 0, 0, processes), 1_000).Select(figure => figure.Name)];
        var load = new ProcessRow("load", Role.Load, 1, 1, 1);

        Names(load).ShouldBe(["CPU per 1,000 messages, load client", "wire per message", "processors, taken by others"]);
        Names(load, new ProcessRow("node-a1", Role.Node, 1, 1, 1)).ShouldContain("memory of the server");
    }

    private async Task<RunResult> RunAsync(string name, Action? whileMeasured = null)
    {
        await using var store = new PopulationStore(await fixture.MigratedDatabaseAsync());
        var clients = new ClientSettings { Mode = EventMode.Stream, FirstPause = TimeSpan.FromMilliseconds(10) };
        return await Workload.Find(name).RunAsync(new WorkloadRun(
            new FakeTarget(_node.Address), await store.PairsAsync(2, "a"), store, clients, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50), line =>
            {
                if (line.Contains("people listen for", StringComparison.Ordinal)) whileMeasured?.Invoke();
            })
        { Time = new ShortTime() });
    }

    private sealed class FakeTarget(Uri address) : LoadTarget
    {
        public override string Name => "the fake";

        public override IReadOnlyList<Uri> Addresses => [address];

        public override IReadOnlyList<WatchedProcess> Processes => [];

        public override string PolicySet => "a";

        public override Task RestartServersAsync() => Task.CompletedTask;
    }
}
