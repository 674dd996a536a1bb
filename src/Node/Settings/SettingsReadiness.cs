using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Settings;

internal sealed class SettingsReadiness(SettingsAgent agent) : IReadiness
{
    public string? NotReadyBecause => agent.Current is null
        ? $"No settings yet and no last good copy on disk. {agent.ControlAwayBecause ?? agent.Refused?.Reason ?? "Asking control."}"
        : null;

    public object Facts => new
    {
        settings = new
        {
            eTag = agent.Current?.ETag,
            revision = agent.Current?.Document.Revision,
            ageSeconds = agent.Age?.TotalSeconds,
            controlAway = agent.ControlAwayBecause,
            refused = agent.Refused?.Reason,
        },
    };
}
