using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Gateway;

[Collection(nameof(WaitingCollection))]
public sealed class PatienceTests(StoreFixture fixture)
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    [Fact]
    public async Task StandingNode_IsGivenUpAfterATimeThatFitsTheRequest()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var node = await cluster.NodeAsync(control, "n1", "a");
        using var client = (await cluster.GatewayAsync(control, gateway: new { answerSeconds = 1, signInSeconds = 6 })).PublicClient();
        await GatewayRoutingTests.RoutedAsync(client, "a");
        node.Answers = Never;
        using var leaving = new CancellationTokenSource();
        var held = client.GetAsync("/a/api/v1/events?wait=55", leaving.Token);

        await Task.WhenAll(
            BusyAsync(client, HttpMethod.Get, "me", 1, 6),
            BusyAsync(client, HttpMethod.Post, "events", 1, 6),
            BusyAsync(client, HttpMethod.Get, "session", 1, 6),
            BusyAsync(client, HttpMethod.Post, "conversations/1/messages", 1, 6),
            BusyAsync(client, HttpMethod.Post, "session", 6, 30),
            BusyAsync(client, HttpMethod.Post, "Accounts/", 6, 30),
            BusyAsync(client, HttpMethod.Put, "me/password", 6, 30));
        held.IsCompleted.ShouldBeFalse("a held poll waits much longer");
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task StandingNode_IsTurnedAwayFrom()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var nodes = new[] { await cluster.NodeAsync(control, "n1", "a"), await cluster.NodeAsync(control, "n2", "a") };
        var gateway = await cluster.GatewayAsync(control, gateway: new { answerSeconds = 1 });
        using var client = gateway.PublicClient("some token");
        using var anybody = gateway.PublicClient();
        await GatewayRoutingTests.AllRoutedAsync(anybody, 2);
        var mine = await client.GetStringAsync("/a/who");
        nodes.Single(node => node.Name == mine).Answers = Never;

        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
            await Should.ThrowAsync<OperationCanceledException>(() => client.GetAsync("/a/api/v1/me", impatient.Token));
        await Task.Delay(100); // the gateway hears of it a little later
        (await client.GetStringAsync("/a/who")).ShouldBe(mine, "a client that goes away says nothing about the node");

        await BusyAsync(client, HttpMethod.Get, "me", 1, 30);
        (await client.GetStringAsync("/a/who")).ShouldNotBe(mine);
        using var answer = await client.GetAsync("/a/api/v1/me");
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Patience_ThatCannotBe_IsRefusedAtTheStart()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var refused = await Should.ThrowAsync<ArgumentException>(() => cluster.GatewayAsync(control, gateway: new { eventSeconds = 5, answerSeconds = 0 }));
        refused.Message.ShouldContain("gateway.eventSeconds");
        refused.Message.ShouldContain("gateway.answerSeconds");
    }

    private static async Task BusyAsync(HttpClient client, HttpMethod method, string call, double atLeast, double lessThan)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var request = new HttpRequestMessage(method, $"/a/api/v1/{call}") { Content = method == HttpMethod.Get ? null : new StringContent("{}") };
        using var answer = await client.SendAsync(request);
        await answer.ShouldBeProblemAsync(503, "busy");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeInRange(atLeast - 0.2, lessThan - 0.2, $"{method} {call}");
    }
}
