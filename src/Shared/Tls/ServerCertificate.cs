using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Shared.Tls;

/// <summary>What a program shows to its callers: its certificate with its key, and what is between it and its authority.</summary>
/// <param name="Context">What is sent.</param>
/// <param name="From">Since when all of it is valid.</param>
/// <param name="Until">When the first of it ends.</param>
internal sealed record ServerCertificate(SslStreamCertificateContext Context, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Throws <see cref="ArgumentException"/> with a sentence.</summary>
    public static ServerCertificate Parse(string certificates, string key, string? keyPassword)
    {
        var chain = Pem.Certificates("tls.certificate", certificates);
        var own = WithKey(certificates, key, keyPassword);
        if (own.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage && usage.EnhancedKeyUsages[TlsFeature.ForServers] is null)
            throw new ArgumentException($"tls.certificate: {own.Subject} is not made for servers (its extended key usage does not have serverAuth).");
        // Offline: a start must not wait for somebody else's server.
        return new(SslStreamCertificateContext.Create(own, chain, offline: true), chain.Max(one => new DateTimeOffset(one.NotBefore)), chain.Min(one => new DateTimeOffset(one.NotAfter)));
    }

    /// <summary>Why it is of no use at that time; null where it is.</summary>
    public string? WhyNotAt(DateTimeOffset now) => now >= From && now < Until ? null : $"tls.certificate: {Context.TargetCertificate.Subject} is valid from {From:u} to {Until:u} only.";

    private static X509Certificate2 WithKey(string certificates, string key, string? password)
    {
        var isEncrypted = key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (isEncrypted && password is null) throw new ArgumentException("tls.key: the key is encrypted; say tls.keyPassword.");
        try
        {
            return isEncrypted ? X509Certificate2.CreateFromEncryptedPem(certificates, key, password) : X509Certificate2.CreateFromPem(certificates, key);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"tls.key: the key cannot be read, or is of another kind than the certificate's: {e.Message}");
        }
        catch (ArgumentException)
        {
            throw new ArgumentException("tls.key: the key does not belong to the first certificate in tls.certificate (the program's own comes first, then those between it and its authority).");
        }
    }
}
