using System.Net;
using System.Net.Sockets;
using System.Text;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Gateway;

/// <summary>What a client sends may be odd or break off: the node has no part in that.</summary>
[Collection(nameof(WaitingCollection))]
public sealed class BrokenRequestTests(StoreFixture fixture)
{
    private const string Start = "POST /a/api/v1/me HTTP/1.1\r\nHost: chat.example\r\n";

    /// <summary>A character is a byte.</summary>
    public static TheoryData<string> Texts { get; } = [Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("café żółw 猫")), "café", "\u0080\u00A0\u00FF"];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Header_OfAnyBytes_ReachesTheNodeAndComesBackUnchanged(string text)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.NodeAsync(control, "n1", "a");
        var gateway = await cluster.GatewayAsync(control);
        using (var plain = gateway.PublicClient()) await GatewayRoutingTests.RoutedAsync(plain, "a");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 });

        foreach (var name in new[] { "Cookie", "X-Said" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Public + "/a/headers");
            request.Headers.TryAddWithoutValidation(name, "x=" + text);
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.JsonAsync()).GetProperty(name).GetString().ShouldBe("x=" + text);
        }

        using var asking = new HttpRequestMessage(HttpMethod.Get, gateway.Public + "/a/said");
        asking.Headers.TryAddWithoutValidation("X-Said", "x=" + text);
        using var said = await client.SendAsync(asking);
        said.Headers.GetValues("X-Said").ShouldBe(["x=" + text]);
    }

    [Theory]
    [InlineData(Start + "X-Forwarded-For: é\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData(Start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nno number\r\n", false)]
    [InlineData(Start + "Content-Length: 1000\r\n\r\nhello", true)]
    [InlineData(Start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true)]
    [InlineData(Start + "Content-Length: 5\r\n\r\nhello", true)]
    public async Task Request_ThatItsClientBroke_TakesNoNodeOut(string bytes, bool leaves)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var node = await cluster.NodeAsync(control, "n1", "a");
        var gateway = await cluster.GatewayAsync(control);
        using (var plain = gateway.PublicClient()) await GatewayRoutingTests.RoutedAsync(plain, "a");
        if (leaves) node.Answers = new TaskCompletionSource().Task;

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(gateway.Public).Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(bytes));
        if (leaves)
        {
            await Task.Delay(300); // the gateway has passed on what there is
            client.LingerState = new LingerOption(true, 0);
            client.Close();
            await Task.Delay(300); // and heard that nobody is there any more
        }
        else
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            (await client.GetStream().ReadAsync(new byte[1024], patience.Token)).ShouldBePositive();
        }

        (await Scrape.OfAsync(gateway.Management))["intramessenger_gateway_destinations", ("policy_set", "a")].ShouldBe(1);
    }
}
