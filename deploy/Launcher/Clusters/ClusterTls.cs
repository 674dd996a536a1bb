using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>What the programs of a cluster show each other, and whom they believe: PEM files, as in section <c>tls</c> of their local files.</summary>
public sealed record ClusterTls(string Certificate, string Key, string TrustedCertificates)
{
    /// <summary>A client of a cluster; it believes the authority in <see cref="TrustedCertificates"/> and nobody else.</summary>
    internal static HttpClient Client(ClusterTls? tls, double seconds)
    {
        var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(tls.TrustedCertificates) },
            };
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(seconds) };
    }
}
