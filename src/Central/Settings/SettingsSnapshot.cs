using System.Text.Json;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

/// <summary>The one row that tells every control whether anything was saved.</summary>
/// <param name="Epoch">Another one after the store was restored.</param>
internal sealed record SettingsVersion(string Epoch, long Version);

/// <summary>A policy set as it was last saved.</summary>
/// <param name="Said">What the set itself says; it inherits the rest.</param>
internal sealed record PolicySet(int Id, string Key, string Prefix, long Revision, IReadOnlyDictionary<string, JsonElement> Said);

/// <summary>All policy sets at one moment. Never changed, only replaced.</summary>
internal sealed record SettingsSnapshot(SettingsVersion Version, IReadOnlyDictionary<int, PolicySet> Sets, string ClusterKey)
{
    /// <summary>What a node of policy set <paramref name="setId"/> is told; null where there is no such set.</summary>
    public SettingsDocument? Compose(NodeIdentity node, int setId, int catalogue)
    {
        if (!Sets.TryGetValue(setId, out var set)) return null;
        var homes = new SortedDictionary<string, IReadOnlyDictionary<string, JsonElement>>(StringComparer.Ordinal);
        foreach (var home in Sets.Values) homes[$"{home.Id}"] = OfHomeSet(OptionCatalogue.Compose(home.Said, catalogue));
        return new(Version.Epoch, set.Revision, node, new(set.Id, set.Key, set.Prefix), OptionCatalogue.Compose(set.Said, catalogue), homes, ClusterKey);
    }

    private static SortedDictionary<string, JsonElement> OfHomeSet(SortedDictionary<string, JsonElement> options) =>
        new(options.Where(option => OptionCatalogue.All[option.Key].OfHomeSet).ToDictionary(), StringComparer.Ordinal);
}
