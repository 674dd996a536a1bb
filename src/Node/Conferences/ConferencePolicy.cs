using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Conferences;

internal enum RemovalVerdict
{
    Allowed,
    /// <summary>Somebody is not in it.</summary>
    NotThere,
    /// <summary>Only who made the conference removes others.</summary>
    NotCreator,
}

/// <summary>Responsible for who may come into a conference and who may take somebody out. Pure.</summary>
internal static class ConferencePolicy
{
    /// <summary>The most members, where the option says <paramref name="maxMembers"/>; 0 in it is no limit but the bound of all conferences.</summary>
    public static int Most(int maxMembers) => maxMembers == 0 ? ConferenceOptions.MostMembers : Math.Min(maxMembers, ConferenceOptions.MostMembers);

    /// <summary>Of whom <paramref name="wanted"/> names, those who are not in it yet.</summary>
    public static long[] Newcomers(IEnumerable<long> wanted, IReadOnlySet<long> members) => [.. wanted.Where(person => !members.Contains(person)).Distinct()];

    /// <summary>Whether one more than there are fits: who is in it stays, also where the option went down.</summary>
    public static bool Fits(int members, int newcomers, int maxMembers) => newcomers == 0 || members + newcomers <= Most(maxMembers);

    public static RemovalVerdict Removal(long me, long them, long creator, IReadOnlySet<long> members)
    {
        if (!members.Contains(me) || !members.Contains(them)) return RemovalVerdict.NotThere;
        return me == them || me == creator ? RemovalVerdict.Allowed : RemovalVerdict.NotCreator;
    }
}
