using System.Net;
using IntraMessenger.Node.Events;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Reporting;

/// <summary>Responsible for telling control the facts of this node: every 5 s, and at once when settings or the life changed.</summary>
internal sealed partial class HeartbeatAgent(IOptions<NodeOptions> local, SettingsAgent settings, NodeLease lease, EventHub hub, ControlClient control, TimeProvider time,
    ILogger<HeartbeatAgent> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (settingsChange, nextLife) = (settings.NextChange, lease.NextLife);
            try
            {
                await control.PostAsync(ClusterRoutes.Heartbeat, Facts(draining: false), stoppingToken);
            }
            catch (HttpRequestException e) when (e.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
            {
                Log.Refused(logger, e.Message);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                // Control is away: SettingsAgent tells so, once.
            }

            await Task.WhenAny(settingsChange, nextLife, Task.Delay(Jitter.About(Interval), time, stoppingToken));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await control.PostAsync(ClusterRoutes.Heartbeat, Facts(draining: true), cancellationToken).WaitAsync(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or TimeoutException)
        {
            // The end of the lease takes this node out of the directory too.
        }
    }

    private Heartbeat Facts(bool draining) => new(
        local.Value.PublicUrl, local.Value.ManagementUrl, local.Value.Region, NodeHosting.Version, hub.SessionCount, draining,
        lease.LifeId, settings.Current?.ETag, settings.Current?.Document.Revision, settings.Refused?.Reason);

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "Heartbeat: control refused it: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
