using System.Text.Json;

namespace IntraMessenger.Node.Presence;

/// <summary>
/// What a session chose to be. A person is the least of what their sessions chose: hidden and doNotDisturb, chosen by hand, win over
/// all, then the most available. The numbers are stored: never renumber.
/// </summary>
internal enum PresenceStatus : byte
{
    Hidden = 0,
    DoNotDisturb = 1,
    Online = 2,
    Busy = 3,
    Away = 4,
    Offline = 9,
}

internal static class PresenceNames
{
    /// <summary>What others are shown: who hides is offline.</summary>
    public static string ForOthers(this PresenceStatus status) => status is PresenceStatus.Hidden ? "offline" : status.Name();

    public static string Name(this PresenceStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    /// <summary>A status that a person may choose, or null.</summary>
    public static PresenceStatus? Parse(string name)
    {
        PresenceStatus[] choices = [PresenceStatus.Online, PresenceStatus.Away, PresenceStatus.Busy, PresenceStatus.DoNotDisturb, PresenceStatus.Hidden];
        var at = Array.FindIndex(choices, choice => choice.Name() == name);
        return at < 0 ? null : choices[at];
    }
}
