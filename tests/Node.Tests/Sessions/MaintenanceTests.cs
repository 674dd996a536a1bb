using System.Net.Http.Headers;

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
    public async Task Maintenance_RefusesEveryCallAndEndsWhatIsOpen_UntilItIsOver()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        await alice.PollAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/api/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bob.Token);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var stream = await _node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var whole = stream.Content.ReadAsStringAsync();
        var poll = alice.GetAsync($"/events?after={alice.Cursor}&wait=50");

        Say(isOn: true);
        (await poll.WaitAsync(TimeSpan.FromSeconds(20))).IsProblem(503, "maintenance");
        var last = (await whole.WaitAsync(TimeSpan.FromSeconds(20))).TrimEnd().Split("\n\n")[^1];
        last.ShouldContain("event: maintenance");
        last.ShouldMatch("\"retryAfter\":(2[0-9]|3[0-9])");
        foreach (var refused in new[] { await alice.GetAsync("/me"), await _node.SignInAsync(bob.Username), await _node.SendAsync(HttpMethod.Get, "/options"), await alice.DeleteAsync("/session") })
            refused.IsProblem(503, "maintenance").Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(20, 40);
        (await _node.HealthAsync()).Is(200, "gateways go on sending people here");
        (await _node.Http.GetAsync("/a/")).StatusCode.ShouldNotBe(System.Net.HttpStatusCode.ServiceUnavailable, "the page is there to say so");

        Say(isOn: false);
        await Eventually.HoldsAsync(async () => (await alice.GetAsync("/me")).Status == 200, "it is over");
        await bob.SendsAsync(alice, "back");
        (await alice.NextEventAsync("message")).GetProperty("text").GetString().ShouldBe("back");
    }
}
