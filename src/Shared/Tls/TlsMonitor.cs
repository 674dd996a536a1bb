using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tls;

/// <summary>The files of section <c>tls</c>; each null where it is not named.</summary>
internal sealed record TlsFiles(RenewedFiles<ServerCertificate>? Certificate, RenewedFiles<Authorities>? Authorities)
{
    public string? RefusedBecause => Certificate?.RefusedBecause ?? Authorities?.RefusedBecause;
}

/// <summary>Responsible for renewed files coming into force while the program runs, and for saying in time that a certificate ends.</summary>
internal sealed partial class TlsMonitor(TlsFiles files, TimeProvider time, ILogger<TlsMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    private string? _refused;
    private DateTimeOffset _warnAfter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        do Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void Look()
    {
        var now = time.GetUtcNow();
        if (files.Certificate?.Look(next => next.WhyNotAt(now)) == true)
        {
            Log.Renewed(logger, files.Certificate.Current.Until);
            _warnAfter = default;
        }

        if (files.Authorities?.Look(_ => null) == true) Log.AuthoritiesRenewed(logger, files.Authorities.Current.Certificates.Count);
        if (files.RefusedBecause is { } reason && reason != _refused) Log.Refused(logger, reason);
        _refused = files.RefusedBecause;
        if (files.Certificate is { } certificate && certificate.Current.Until - now < Soon && now >= _warnAfter)
        {
            Log.EndsSoon(logger, certificate.Current.Until, Math.Floor((certificate.Current.Until - now).TotalDays));
            _warnAfter = now + TimeSpan.FromDays(1);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1400, LogLevel.Information, "A renewed certificate is in force for new connections; it is valid until {Until:u}")]
        public static partial void Renewed(ILogger logger, DateTimeOffset until);

        [LoggerMessage(1401, LogLevel.Information, "Renewed tls.trustedCertificates are in force: {Count} authorities")]
        public static partial void AuthoritiesRenewed(ILogger logger, int count);

        [LoggerMessage(1402, LogLevel.Error, "Renewed files are refused, the old ones stay in force: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(1404, LogLevel.Warning, "The certificate is valid until {Until:u}, for {Days} days: renew it")]
        public static partial void EndsSoon(ILogger logger, DateTimeOffset until, double days);
    }
}

internal sealed class TlsMetrics : IMetrics
{
    public TlsMetrics(IMeterFactory factory, TlsFiles files, TimeProvider time, ICommonTags? tags = null)
    {
        var meter = factory.CreateMeter();
        meter.CreateGauge("intramessenger.tls.expires", "s", "Until the first certificate of the chain that this program shows ends.", tags,
            () => files.Certificate is { } certificate ? (certificate.Current.Until - time.GetUtcNow()).TotalSeconds : null);
        meter.CreateGauge("intramessenger.tls.refused", null, "1 where renewed certificate files are refused and the old ones stay in force, else 0.", tags,
            () => files.RefusedBecause is null ? 0 : 1);
    }
}

/// <summary>Shows how long the certificate is good for. One that has ended keeps nobody out who does not look at it: the program stays ready.</summary>
internal sealed class TlsReadiness(TlsFiles files, TimeProvider time) : IReadiness
{
    public string? NotReadyBecause => null;

    public object? Facts => files.Certificate is { Current: var shown }
        ? new { tls = new { certificate = shown.Context.TargetCertificate.Subject, until = shown.Until, daysLeft = (int)Math.Floor((shown.Until - time.GetUtcNow()).TotalDays), refused = files.RefusedBecause } }
        : null;
}
