using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>A server that shows what our own would not.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, IntraMessenger.Launcher.FreePort.Next());
    private readonly SslStreamCertificateContext _shown;
    private readonly Task _serving;

    public Stranger(X509Certificate2 shown, X509Certificate2? between)
    {
        _shown = SslStreamCertificateContext.Create(shown, between is null ? null : [between], offline: true);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"https://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var tcp = await _listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(tcp.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _shown });
                await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or AuthenticationException or OperationCanceledException)
        {
            // Refused, as it should be, or the test is over.
        }
    }
}
