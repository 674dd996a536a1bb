using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Tls;

[Collection(nameof(FaultCollection))]
public sealed class TlsClusterTests(TlsCluster tls) : IClassFixture<TlsCluster>
{
    private RunningCluster Cluster => tls.Running;

    [Fact]
    public async Task Message_ThroughGatewayAndNodes_TravelsUnderTlsAllTheWay()
    {
        foreach (var member in Cluster.Local.Members)
        {
            member.Management.ShouldStartWith("https://");
            using var clear = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            await Should.ThrowAsync<HttpRequestException>(() => clear.GetAsync(member.Management.Replace("https", "http") + "/health/live"));
        }

        var (alice, bob) = (await tls.SignedInAsync(Cluster.Gateway("a")), await tls.SignedInAsync(RunningCluster.At(Cluster.B1)));
        await using var talk = await TalkAsync(alice, bob);
        await Eventually.HoldsAsync(async () =>
        {
            var before = await SignalsAsync(Cluster.B1);
            await talk.SayAsync();
            return await SignalsAsync(Cluster.B1) > before;
        }, "signals from node to node");

        using var fromThePage = new HttpRequestMessage(HttpMethod.Post, $"{Cluster.Gateway("a")}/api/v1/session");
        fromThePage.Headers.Add("Origin", Cluster.Local.Gateway);
        fromThePage.Content = JsonContent.Create(new { username = alice.Name, password = RunningCluster.Password, client = new { kind = "web" } });
        using var signIn = await tls.Http.SendAsync(fromThePage);
        signIn.Headers.GetValues("Set-Cookie").Single().ToLowerInvariant().ShouldContain("; secure");
    }

    [Fact]
    public async Task Certificate_Renewed_IsShownByEveryProgram_AndStreamsGoOn()
    {
        var (alice, bob) = (await tls.SignedInAsync(Cluster.Gateway("b")), await tls.SignedInAsync(Cluster.Gateway("a")));
        await using var talk = await TalkAsync(alice, bob);
        var ports = Cluster.Local.Members.SelectMany(member => new[] { new Uri(member.Url).Port, new Uri(member.Management).Port }).Distinct().ToArray();
        ports.Length.ShouldBe(9, "control has one");
        var before = await Task.WhenAll(ports.Select(ShownAsync));
        before.Distinct().ShouldHaveSingleItem();

        tls.Renew();
        await Eventually.HoldsAsync(async () => !(await Task.WhenAll(ports.Select(ShownAsync))).Contains(before[0]), "the renewed certificate on every port", 20);
        await talk.SayAsync();
        talk.Reader.HasEnded.ShouldBeFalse();
        foreach (var member in Cluster.Local.Members) (await member.NotReadyBecauseAsync()).ShouldBeNull(member.Name);
        await tls.SignedInAsync(Cluster.Gateway("a"));
    }

    [Fact]
    public async Task Node_ThatDoesNotKnowTheAuthorityOfControl_IsNotReady_AndSaysWhy()
    {
        var before = await tls.StartAnewAsync(Cluster.A2, tls.Strangers());
        try
        {
            string? reason = null;
            await Eventually.HoldsAsync(async () => (reason = await Cluster.A2.NotReadyBecauseAsync())?.Contains("is not believed") == true, "the reason", 30, () => reason ?? "ready");
            reason.ShouldNotBeNull().ShouldContain("127.0.0.1");
            reason.ShouldNotBeNull().ShouldContain("CN=Test Root Intermediate");
        }
        finally
        {
            await tls.StartAnewAsync(Cluster.A2, before);
            await Cluster.A2.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task SignIns_WithAForgedForwardedFor_CountForTheAddressThatReachedTheGateway()
    {
        using var console = await Cluster.Local.SignInToConsoleAsync();
        var person = (await Cluster.PeopleAsync(1, ""))[0];
        using var alice = tls.From("127.0.0.2");
        using var bob = tls.From("127.0.0.3");
        await console.SaveAsync("b", "a test", new Dictionary<string, object?> { ["limits.signInsPerMinute"] = 3, ["limits.trustedProxies"] = new[] { "127.0.0.1/32" } });
        try
        {
            // Saved is in force within a second; who tries until then is not counted.
            await Eventually.HoldsAsync(async () =>
            {
                using var carol = tls.From("127.0.0.4");
                for (var i = 0; i < 4; i++)
                {
                    if (await SignInAsync(carol, Cluster.Gateway("b"), person, "192.0.2.200") == 429) return true;
                }

                return false;
            }, "the limit");
            for (var i = 0; i < 3; i++) (await SignInAsync(alice, Cluster.Gateway("b"), person, $"192.0.2.{i}")).ShouldBe(201);
            (await SignInAsync(alice, Cluster.Gateway("b"), person, "192.0.2.77, 127.0.0.1")).ShouldBe(429, "through the gateway, which adds who reached it");
            (await SignInAsync(alice, RunningCluster.At(Cluster.B1), person, "192.0.2.78")).ShouldBe(429, "directly at the node, where nobody is trusted but the gateway");
            (await SignInAsync(bob, Cluster.Gateway("b"), person, "127.0.0.2")).ShouldBe(201, "another address, whatever it says");
        }
        finally
        {
            await console.SaveAsync("b", "as before", new Dictionary<string, object?> { ["limits.signInsPerMinute"] = 0, ["limits.trustedProxies"] = null });
        }
    }

    private static async Task<int> SignInAsync(HttpClient http, string address, Person person, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/api/v1/session") { Content = JsonContent.Create(new { username = person.Name, password = RunningCluster.Password }) };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private async Task<double> SignalsAsync(Member node) => (await Scrape.OfAsync(node.Management, tls.Http))["intramessenger_signals_received_total"];

    /// <summary>Who a new connection is shown.</summary>
    private static async Task<string> ShownAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return ((X509Certificate2)stream.RemoteCertificate!).Thumbprint;
    }

    private static async Task<Conversation> TalkAsync(Person from, Person to)
    {
        await from.BefriendAsync(to);
        return new Conversation(from, await from.ConversationWithAsync(to), await to.ListenAsync());
    }

    private sealed record Conversation(Person From, string Id, EventReader Reader) : IAsyncDisposable
    {
        /// <summary>Comes back when it was read at the other end.</summary>
        public async Task SayAsync()
        {
            var text = Guid.NewGuid().ToString();
            Person.Require(await From.SayAsync(Id, text), 201);
            await Reader.NextAsync("message", data => data.GetProperty("text").GetString() == text);
        }

        public ValueTask DisposeAsync() => Reader.DisposeAsync();
    }
}
