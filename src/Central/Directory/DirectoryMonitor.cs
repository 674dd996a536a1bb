using IntraMessenger.Central.Hosting;
using IntraMessenger.Central.Schema;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Directory;

/// <summary>Responsible for noticing every second who lives and who died, and at once when a node told something new.</summary>
internal sealed class DirectoryMonitor(DirectoryService directory, SettingsLag lag, SchemaAgent schema, TimeProvider time, ILogger<DirectoryMonitor> logger)
    : Repeating(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override Task ReadyAsync(CancellationToken cancellation) => schema.Done.WaitAsync(cancellation);

    protected override async Task DoAsync(CancellationToken cancellation)
    {
        await directory.RefreshAsync();
        foreach (var node in directory.Current!.Nodes.Values)
        {
            if (node.Facts is { } facts) lag.Known(node.Id, node.Name, node.PolicySetId, facts);
        }
    }

    protected override Task PauseAsync(CancellationToken cancellation) => directory.NewsAsync(Interval, cancellation);
}

internal sealed class DirectoryReadiness(DirectoryService directory) : IReadiness
{
    public string? NotReadyBecause => directory.Current is null ? "The directory was not read from the store yet." : null;

    public object? Facts => directory.Current is { } current
        ? new { directory = new { nodes = current.Nodes.Count, alive = current.Nodes.Values.Count(node => node.IsAlive) } }
        : null;
}
