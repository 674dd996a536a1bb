using System.Net.Security;
using System.Security.Authentication;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tls;

/// <summary>Certificates: the one that a program shows, and those that it believes. Both are renewed without a restart.</summary>
public static class TlsFeature
{
    internal const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>What certificates of servers are made for, as their extended key usage says it.</summary>
    internal const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <summary>
    /// Answers what https ports do at each handshake; null where no certificate is named. Throws <see cref="ArgumentException"/> with a line
    /// for each mistake of the operator.
    /// </summary>
    public static TlsHandshakeCallbackOptions? AddTls(this WebApplicationBuilder builder)
    {
        var errors = new List<string>();
        var options = TlsOptions.Read(builder.Configuration, errors);
        if (errors.Count > 0) throw new ArgumentException(string.Join(Environment.NewLine, errors));
        var files = new TlsFiles(options.ReadCertificate(), options.ReadAuthorities());

        var services = builder.Services;
        services.AddSingleton(files);
        services.AddSingleton(provider => new ClusterTrust(files.Authorities, provider.GetRequiredService<ILogger<ClusterTrust>>()));
        services.AddHostedService<TlsMonitor>();
        services.AddMetrics<TlsMetrics>();
        services.AddSingleton<IReadiness, TlsReadiness>();
        return files.Certificate is not { } certificate ? null : new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current.Context, EnabledSslProtocols = Versions }),
        };
    }
}
