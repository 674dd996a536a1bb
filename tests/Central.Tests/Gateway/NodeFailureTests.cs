using System.Net;
using System.Net.Sockets;
using System.Text;
using IntraMessenger.Central.Gateway;
using IntraMessenger.Launcher;

namespace IntraMessenger.Central.Tests.Gateway;

/// <summary>With what the framework's own client throws.</summary>
public sealed class NodeFailureTests
{
    [Fact]
    public async Task RequestThatCouldNotBeWritten_IsNotTheNodes()
    {
        using var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        using var request = Request(node);
        request.Headers.TryAddWithoutValidation("X-Said", "é");
        NodeFailure.IsOfNode(await FailureAsync(request)).ShouldBeFalse();
    }

    [Fact]
    public async Task NobodyListening_IsTheNodes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{FreePort.Next()}/");
        NodeFailure.IsOfNode(await FailureAsync(request)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("HTTP/1.1 200 O", false)]
    [InlineData("HTTP/1.1 200 O", true)]
    [InlineData("what is HTTP?\r\n\r\n", false)]
    public async Task LostAnswer_IsTheNodes(string begun, bool isReset)
    {
        using var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        using var request = Request(node);
        _ = CutAsync(node, begun, isReset);
        NodeFailure.IsOfNode(await FailureAsync(request)).ShouldBeTrue();
    }

    // The client tries again by itself where nothing at all was answered.
    private static async Task CutAsync(TcpListener node, string begun, bool isReset)
    {
        while (true)
        {
            using var connection = await node.AcceptSocketAsync();
            await connection.ReceiveAsync(new byte[4096]);
            await connection.SendAsync(Encoding.ASCII.GetBytes(begun));
            if (isReset) connection.LingerState = new LingerOption(true, 0);
        }
    }

    private static HttpRequestMessage Request(TcpListener node) => new(HttpMethod.Get, $"http://{node.LocalEndpoint}/");

    private static async Task<Exception> FailureAsync(HttpRequestMessage request)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(request, patience.Token));
    }
}
