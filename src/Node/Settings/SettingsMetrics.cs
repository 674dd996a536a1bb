using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Settings;

internal sealed class SettingsMetrics : IMetrics
{
    public SettingsMetrics(IMeterFactory factory, SettingsAgent settings, ICommonTags tags)
    {
        var meter = factory.CreateMeter();
        meter.CreateGauge("intramessenger.settings.revision", null, "The revision of the policy set that is in force on this node.", tags,
            () => settings.Current?.Document.Revision);
        meter.CreateGauge("intramessenger.settings.age", "s", "How long ago control confirmed the settings in force.", tags, () => settings.Age?.TotalSeconds);
    }
}
