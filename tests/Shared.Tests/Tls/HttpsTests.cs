using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>What callers of an https port see.</summary>
public sealed class HttpsTests
{
    [Fact]
    public async Task Client_ThatKnowsTheRootOnly_IsSentTheRestOfTheChain_AtBothPorts()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = server.Client();
        (await client.GetStringAsync(server.Address)).ShouldBe("hello");
        (await client.GetStringAsync($"https://localhost:{server.Port}")).ShouldBe("hello");
        (await client.GetStringAsync($"{server.Management}/health/live")).ShouldContain("live");
    }

    [Fact]
    public async Task Client_WithoutTheIntermediate_CannotBelieveIt()
    {
        await using var server = await TlsServer.StartAsync(new TestAuthority(), (authority, folder) =>
        {
            var paths = authority.Write(folder, "127.0.0.1");
            File.WriteAllText(paths.Certificate, File.ReadAllText(paths.Certificate).Replace(authority.Between, "", StringComparison.Ordinal));
            return paths;
        });
        using var client = server.Client();
        (await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync(server.Address))).HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
    }

    [Fact]
    public async Task Client_ThatCallsAnotherName_RefusesIt()
    {
        await using var server = await TlsServer.StartAsync("chat.example");
        using var client = server.Client();
        (await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync(server.Address))).HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
    }

    [Fact]
    public async Task ClearText_AtTheHttpsPort_GetsNothing_AndTheNextOneIsServed()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = server.Client();
        for (var i = 0; i < 3; i++)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync("127.0.0.1", server.Port);
            await tcp.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
            (await AnsweredAsync(tcp)).ShouldNotContain("HTTP/1.1 200");
        }

        (await client.GetStringAsync(server.Address)).ShouldBe("hello");
    }

    [Fact]
    public async Task Versions_AreTls12And13_AndStreamsAreHttp11()
    {
        await using var server = await TlsServer.StartAsync();
        (await Handshake.AgreeAsync(server.Port, SslProtocols.Tls12)).Version.ShouldBe(SslProtocols.Tls12);
        (await Handshake.AgreeAsync(server.Port, SslProtocols.None, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11))
            .ShouldBe((SslProtocols.Tls13, SslApplicationProtocol.Http11));
    }

    private static async Task<string> AnsweredAsync(TcpClient tcp)
    {
        try
        {
            using var reader = new StreamReader(tcp.GetStream());
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
