using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tls;

/// <summary>Believed besides the system's.</summary>
internal sealed record Authorities(X509Certificate2Collection Certificates);

/// <summary>
/// Responsible for whom this program believes when it calls others of its cluster: the system's authorities and those of
/// <c>tls.trustedCertificates</c>. That the certificate is for the name or address that was called is always required.
/// </summary>
public sealed partial class ClusterTrust
{
    private readonly RenewedFiles<Authorities>? _own;
    private readonly ILogger<ClusterTrust> _logger;
    private readonly ConcurrentDictionary<string, string> _refused = [];

    internal ClusterTrust(RenewedFiles<Authorities>? own, ILogger<ClusterTrust> logger) => (_own, _logger) = (own, logger);

    /// <summary>For every client that calls inside the cluster. Answers <paramref name="handler"/>.</summary>
    public SocketsHttpHandler Guard(SocketsHttpHandler handler)
    {
        handler.SslOptions.EnabledSslProtocols = TlsFeature.Versions;
        handler.SslOptions.CertificateChainPolicy = Policy();
        handler.SslOptions.RemoteCertificateValidationCallback = IsBelieved;
        return handler;
    }

    /// <summary>Of a handshake: throws <see cref="AuthenticationException"/> with a sentence where the framework's judgement stands.</summary>
    public bool IsBelieved(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var host = (sender as SslStream)?.TargetHostName ?? "";
        if (WhyNot(host, certificate as X509Certificate2, chain, errors) is not { } reason)
        {
            _refused.TryRemove(host, out _);
            return true;
        }

        if (!_refused.TryGetValue(host, out var before) || before != reason) Log.Refused(_logger, reason);
        _refused[host] = reason;
        throw new AuthenticationException(reason);
    }

    private string? WhyNot(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return null;
        if (certificate is null || chain is null) return $"{host} shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return $"The certificate that {host} shows is for another name: {certificate.Subject}.";

        using var own = new X509Chain { ChainPolicy = Policy() };
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore); // what came with it
        if (_own is not null)
        {
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.CustomTrustStore.AddRange(_own.Current.Certificates);
        }

        return own.Build(certificate)
            ? null
            : $"The certificate that {host} shows ({certificate.Subject}, of {certificate.Issuer}) is not believed: {string.Join(", ", own.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct())}. "
                + "Its authority must be the system's or in tls.trustedCertificates.";
    }

    // Nothing is fetched from anywhere: what a server does not send is missing, and whether a certificate was revoked is not asked.
    private static X509ChainPolicy Policy() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        ApplicationPolicy = { new Oid(TlsFeature.ForServers) },
    };

    private static partial class Log
    {
        [LoggerMessage(1403, LogLevel.Warning, "{Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
