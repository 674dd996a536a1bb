using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Signals.Transports;
using IntraMessenger.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Signals;

/// <summary>A broker is believed as every other one that a node calls inside the cluster. Its place is held by somebody who waits for the first words.</summary>
public sealed class BrokerTlsTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-broker-tls-");
    private readonly TestAuthority _authority = new();
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Next());
    private Task _serving = Task.CompletedTask;
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        var (certificate, key) = _authority.Leaf(["127.0.0.1"]);
        var shown = SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPem(certificate, key.ExportPkcs8PrivateKeyPem()), [X509Certificate2.CreateFromPem(_authority.Between)], offline: true);
        _listener.Start();
        _serving = ServeAsync(shown);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _listener.Stop();
        await _serving;
        _folder.Delete(recursive: true);
    }

    private Task<TestNode> StartNodeAsync(object? tls) => _cluster.StartNodeAsync(new NodeSetup("a")
    {
        Signals = new { transport = "rabbitmq", rabbitmq = new { uri = $"amqps://guest:guest@{_listener.LocalEndpoint}" } },
        Tls = tls,
    });

    [Fact]
    public async Task Broker_OfAnAuthorityOfTheFile_IsBelieved()
    {
        await StartNodeAsync(new { trustedCertificates = _authority.WriteRoot(_folder.FullName) });
        (await _said.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("AMQP");
    }

    [Fact]
    public async Task Broker_OfAnAuthorityThatNobodyKnows_IsToldNothing()
    {
        var node = await StartNodeAsync(null);
        var transport = node.Services.GetRequiredService<ISignalTransport>();
        await Eventually.HoldsAsync(() => transport.Problem?.Contains("is not believed") == true, "the reason", seen: () => transport.Problem ?? "none");
        _said.Task.IsCompleted.ShouldBeFalse();
    }

    private async Task ServeAsync(SslStreamCertificateContext shown)
    {
        while (true)
        {
            try
            {
                using var tcp = await _listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(tcp.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = shown });
                var words = new byte[4];
                await tls.ReadExactlyAsync(words);
                _said.TrySetResult(Encoding.ASCII.GetString(words));
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The node did not believe it.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
