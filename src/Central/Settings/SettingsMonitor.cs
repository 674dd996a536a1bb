using IntraMessenger.Central.Hosting;
using IntraMessenger.Central.Schema;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for noticing what was saved through another control: one row, four times a second.</summary>
internal sealed class SettingsMonitor(SettingsService settings, SchemaAgent schema, TimeProvider time, ILogger<SettingsMonitor> logger)
    : Repeating(TimeSpan.FromMilliseconds(250), time, logger)
{
    private bool _hasKey;

    protected override Task ReadyAsync(CancellationToken cancellation) => schema.Done.WaitAsync(cancellation);

    protected override async Task DoAsync(CancellationToken cancellation)
    {
        if (!_hasKey) await settings.EnsureClusterKeyAsync();
        _hasKey = true;
        await settings.RefreshAsync();
    }
}

internal sealed class SettingsReadiness(SettingsService settings) : IReadiness
{
    public string? NotReadyBecause => settings.Current is null ? "The settings were not read from the store yet." : null;

    public object? Facts => settings.Current is { } current ? new { settings = current.Version } : null;
}
