using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Presence;

/// <summary>Responsible for which status a person may choose, and which words go with it. Pure.</summary>
internal static class PresencePolicy
{
    public static Refusal? WhyNot(PresenceStatus status, string? reason, PresenceOptions options)
    {
        if (status == PresenceStatus.Hidden && !options.AllowHidden) return Refusal.NotAllowed("presence.allowHidden");
        var choices = ReasonsOf(status, options);
        return choices.Length == 0 || string.IsNullOrEmpty(reason) || choices.Contains(reason)
            ? null
            : Refusal.Invalid("reason", $"must be one of: {string.Join("; ", choices)}.");
    }

    private static string[] ReasonsOf(PresenceStatus status, PresenceOptions options) => status switch
    {
        PresenceStatus.Online => options.OnlineReasons,
        PresenceStatus.Away => options.AwayReasons,
        PresenceStatus.Busy => options.BusyReasons,
        PresenceStatus.DoNotDisturb => options.DoNotDisturbReasons,
        _ => [],
    };
}
