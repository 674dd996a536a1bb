using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for knowing the directory: from the last good copy at once, from control as it changes.</summary>
internal sealed class DirectoryFeed(LastGoodFile<DirectoryDocument> file, RouteTable routes, ControlClient control, TimeProvider time, ILogger<DirectoryFeed> logger)
    : ClusterFeed<DirectoryDocument>(ClusterRoutes.Directory, file, control, time, logger)
{
    protected override string? Apply(DirectoryDocument document) => routes.Replace(document);
}

internal sealed class GatewayReadiness(DirectoryFeed feed) : IReadiness
{
    public string? NotReadyBecause => feed.Current is null
        ? $"There is no directory yet, neither from control nor a copy on disk. {feed.ControlAwayBecause ?? feed.Refused?.Reason}".TrimEnd()
        : null;

    public object? Facts => new { directory = new { eTag = feed.Current?.ETag, ageSeconds = (long?)feed.Age?.TotalSeconds, controlAwayBecause = feed.ControlAwayBecause, refused = feed.Refused?.Reason } };
}
