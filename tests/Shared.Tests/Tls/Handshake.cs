using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>A handshake that looks at what it is shown and believes everything.</summary>
internal static class Handshake
{
    /// <summary>The thumbprint of the first certificate.</summary>
    public static async Task<string> ShownAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }

    /// <summary>What was agreed on.</summary>
    public static async Task<(SslProtocols Version, SslApplicationProtocol Application)> AgreeAsync(int port, SslProtocols versions, params SslApplicationProtocol[] applications)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = versions,
            ApplicationProtocols = [.. applications],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        return (tls.SslProtocol, tls.NegotiatedApplicationProtocol);
    }

    public static string ThumbprintOf(string certificates) => X509Certificate2.CreateFromPem(certificates).Thumbprint;
}
