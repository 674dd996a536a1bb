using System.Net;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>While somebody works on the service nobody is served, and everybody comes back.</summary>
public sealed class MaintenanceTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _control.StartAsync();
        _node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = _control.Url });
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _control.DisposeAsync();
    }

    private void Say(bool isOn) => _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", ("sessions.maintenance", isOn)));

    [Fact]
    [Trait("effect", "sessions.maintenance")]
    public async Task Maintenance_RefusesEveryCallAndEndsWhatIsOpen_UntilItIsOver()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await alice.PollAsync();
        await using var stream = await EventReader.OpenAsync(bob, bob.Cursor);
        var poll = alice.GetAsync($"/events?after={alice.Cursor}&wait=50");

        Say(isOn: true);
        (await poll.WaitAsync(TimeSpan.FromSeconds(20))).IsProblem(503, "maintenance");
        StreamEvent? last = null;
        while (await stream.ReadAsync() is { } next) last = next;
        last!.Type.ShouldBe("maintenance");
        last.Json.GetProperty("retryAfter").GetInt32().ShouldBeInRange(20, 40);
        foreach (var refused in new[] { await alice.GetAsync("/me"), await _node.SignInAsync(bob.Username), await _node.SendAsync(HttpMethod.Get, "/options"), await alice.DeleteAsync("/session") })
            refused.IsProblem(503, "maintenance").Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(20, 40);
        (await _node.HealthAsync()).Is(200, "gateways go on sending people here");
        (await _node.Http.GetAsync("/a/")).StatusCode.ShouldNotBe(HttpStatusCode.ServiceUnavailable, "the page is there to say so");

        Say(isOn: false);
        await Eventually.HoldsAsync(async () => (await alice.GetAsync("/me")).Status == 200, "it is over");
        await bob.SendsAsync(alice, "back");
        (await alice.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("back");
    }
}
