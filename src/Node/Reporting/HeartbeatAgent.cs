using System.Net;
using System.Text.Json;
using IntraMessenger.Node.Events;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Reporting;

/// <summary>Responsible for telling control the facts of this node: every 5 s, and at once when settings, the life or the drain changed, with the settings that it applies; and for hearing whether it is to drain.</summary>
internal sealed partial class HeartbeatAgent(
    IOptions<NodeOptions> local, SettingsAgent settings, NodeLease lease, Drain drain, EventHub hub, ControlClient control, TimeProvider time, ILogger<HeartbeatAgent> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private string? _reported;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (settingsChange, nextLife, drainChange) = (settings.NextChange, lease.NextLife, drain.NextChange);
            try
            {
                var facts = Facts();
                var answer = await control.AskAsync<Heartbeat, HeartbeatAnswer>(ClusterRoutes.Heartbeat, facts, stoppingToken);
                drain.WasTold(facts.Draining);
                if (answer?.Drain is { } wanted) drain.Want(wanted);
                await ReportAsync(stoppingToken);
            }
            catch (HttpRequestException e) when (e.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
            {
                Log.Refused(logger, e.Message);
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                // Control is away: SettingsAgent tells so, once.
            }

            await Task.WhenAny(settingsChange, nextLife, drainChange, Task.Delay(Jitter.About(Interval), time, stoppingToken));
        }
    }

    // Only what control was not told yet: most heartbeats are without.
    private async Task ReportAsync(CancellationToken cancellation)
    {
        if (settings.Current is null && settings.Refused is null) return;
        var report = settings.Report;
        var tag = DocumentTag.Of(JsonSerializer.SerializeToUtf8Bytes(report, Json.Options));
        if (tag == _reported) return;
        try
        {
            await control.AskAsync<SettingsReport, object>(ClusterRoutes.SettingsReport, report, cancellation);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.NotFound)
        {
            // A control of an older version has no use for it.
        }

        _reported = tag;
    }

    private Heartbeat Facts() => new(
        local.Value.PublicUrl, local.Value.ManagementUrl, local.Value.Region, NodeHosting.Version, hub.SessionCount, drain.IsOn,
        lease.LifeId, settings.Current?.ETag, settings.Current?.Document.Revision, settings.Refused?.Reason, OptionCatalogue.Version);

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "Heartbeat: control refused it: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
