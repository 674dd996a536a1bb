using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Testing;

/// <summary>A root that signed an intermediate, which signs certificates of servers.</summary>
public sealed class TestAuthority
{
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _between;

    public TestAuthority(string name = "Test Root")
    {
        var now = TimeProvider.System.GetUtcNow();
        var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _root = Request(name, rootKey, isAuthority: true).CreateSelfSigned(now.AddYears(-1), now.AddYears(10));
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _between = Signed(_root, Request($"{name} Intermediate", key, isAuthority: true), now.AddYears(-1), now.AddYears(5)).CopyWithPrivateKey(key);
    }

    /// <summary>What clients are to believe.</summary>
    public string Root => _root.ExportCertificatePem() + "\n";

    /// <summary>What servers are to send along.</summary>
    public string Between => _between.ExportCertificatePem() + "\n";

    /// <summary>A certificate and its key, without what is between it and the root.</summary>
    /// <param name="names">Host names and addresses.</param>
    /// <param name="from">Days from now; negative in the past.</param>
    /// <param name="until">The same.</param>
    public (string Certificate, ECDsa Key) Leaf(string[] names, double from = -1, double until = 90, bool forServers = true)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(names[0], key, isAuthority: false);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(forServers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        return (Signed(_between, request, now.AddDays(from), now.AddDays(until)).ExportCertificatePem() + "\n", key);
    }

    /// <summary>Writes a new certificate with its chain and its key into <paramref name="folder"/>; answers their paths.</summary>
    public (string Certificate, string Key) Write(string folder, params string[] names)
    {
        var (certificate, key) = Leaf(names);
        var paths = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(paths.Item1, certificate + Between);
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    /// <summary>Writes the root into <paramref name="folder"/>; answers its path.</summary>
    public string WriteRoot(string folder)
    {
        var path = Path.Combine(folder, "root.pem");
        File.WriteAllText(path, Root);
        return path;
    }

    /// <summary>For a client that knows the root and nothing else.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseCookies = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                CustomTrustStore = { X509Certificate2.CreateFromPem(Root) },
            },
        },
    };

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isAuthority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static X509Certificate2 Signed(X509Certificate2 by, CertificateRequest request, DateTimeOffset from, DateTimeOffset until)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(by, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(by, from, until, RandomNumberGenerator.GetBytes(12));
    }
}
