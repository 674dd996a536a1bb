using System.Collections.Concurrent;
using System.Text.Json;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

/// <summary>The one row that tells every control whether anything was saved.</summary>
/// <param name="Epoch">Another one after the store was restored.</param>
/// <param name="HoldersVersion">Rises when somebody gets or loses a role.</param>
internal sealed record SettingsVersion(string Epoch, long Version, long HoldersVersion);

/// <summary>All settings at one moment. Never changed, only replaced.</summary>
internal sealed class SettingsSnapshot(SettingsVersion version, IReadOnlyCollection<Sheet> sheets, string clusterKey, DateTime holdersChangedAt, DateTimeOffset takenAt)
{
    private readonly ConcurrentDictionary<(int NodeId, string Name, int SetId, int Catalogue), TaggedDocument?> _documents = new();
    private readonly ConcurrentDictionary<(int SetId, int Catalogue), IReadOnlyDictionary<string, JsonElement>> _composed = new();

    public SettingsVersion Version => version;

    /// <summary>When this control read it.</summary>
    public DateTimeOffset TakenAt => takenAt;

    public SheetContent Cluster { get; } = sheets.Single(sheet => sheet.Id == SheetId.Cluster).Content;

    public IReadOnlyDictionary<int, Sheet> Sets { get; } = sheets.Where(sheet => sheet.Id.Kind == SheetKind.Set).ToDictionary(sheet => sheet.Id.OwnerId);

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<RoleOptions> Roles { get; } = [.. sheets.Where(sheet => sheet.Id.Kind == SheetKind.Role).OrderBy(sheet => sheet.Id.OwnerId)
        .Select(sheet => new RoleOptions(sheet.Id.OwnerId, sheet.Name, sheet.Content.Priority ?? 0, sheet.Content.IsDefault ?? false, sheet.Content.Options))];

    /// <summary>What a node of policy set <paramref name="setId"/> is told; null where there is no such set.</summary>
    public TaggedDocument? For(NodeIdentity node, int setId, int catalogue) =>
        _documents.GetOrAdd((node.Id, node.Name, setId, Ours(catalogue)), _ => Compose(node, setId, catalogue) is { } document ? TaggedDocument.Of(document) : null);

    public SettingsDocument? Compose(NodeIdentity node, int setId, int catalogue)
    {
        catalogue = Ours(catalogue);
        if (!Sets.TryGetValue(setId, out var set)) return null;
        var homes = new SortedDictionary<string, IReadOnlyDictionary<string, JsonElement>>(StringComparer.Ordinal);
        foreach (var home in Sets.Values) homes[$"{home.Id.OwnerId}"] = OfHomeSet(Composed(home, catalogue));
        return new(version.Epoch, set.Revision, node, new(setId, set.Name, set.Prefix), Composed(set, catalogue), homes, clusterKey)
        {
            Locked = set.Content.Locked ?? [],
            Roles = [.. Roles.Select(role => role with { Options = Known(role.Options, catalogue) })],
            HoldersVersion = version.HoldersVersion,
            SavedAt = sheets.Where(sheet => sheet.Id.Kind != SheetKind.Set || sheet == set).Max(sheet => sheet.SavedAt) is var saved && saved > holdersChangedAt ? saved : holdersChangedAt,
        };
    }

    /// <summary>All who may say something to a person with these roles whom a node of the set serves.</summary>
    public OptionLayers LayersOf(Sheet set, string nodeName, IReadOnlyDictionary<string, JsonElement> local, IReadOnlyList<RoleOptions> roles) =>
        new(Cluster.Options, set.Name, set.Content.Options, set.Content.Locked ?? [], nodeName, local, roles);

    // A newer node knows all that there is here: whatever number it says, it is told the same.
    private static int Ours(int catalogue) => Math.Min(catalogue, OptionCatalogue.Version);

    private IReadOnlyDictionary<string, JsonElement> Composed(Sheet set, int catalogue) =>
        _composed.GetOrAdd((set.Id.OwnerId, catalogue), _ => OptionLayers.OfSet(Cluster.Options, set.Name, set.Content.Options).Compose(catalogue));

    private static SortedDictionary<string, JsonElement> OfHomeSet(IReadOnlyDictionary<string, JsonElement> options) =>
        new(options.Where(option => OptionCatalogue.All[option.Key].OfHomeSet).ToDictionary(), StringComparer.Ordinal);

    private static SortedDictionary<string, JsonElement> Known(IReadOnlyDictionary<string, JsonElement> options, int catalogue) =>
        new(options.Where(option => OptionCatalogue.All.TryGetValue(option.Key, out var known) && known.Since <= catalogue).ToDictionary(), StringComparer.Ordinal);
}
