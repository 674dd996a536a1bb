using System.Text.Json;
using IntraMessenger.Central.Settings;

namespace IntraMessenger.Central.SettingsFiles;

/// <summary>What a settings file says of the cluster. What it does not name stays as it is; what it names says that afterwards and nothing else.</summary>
internal sealed record SettingsFile(
    IReadOnlyDictionary<string, JsonElement>? ClusterDefaults = null,
    IReadOnlyDictionary<string, FilePolicySet?>? PolicySets = null,
    IReadOnlyDictionary<string, FileRole?>? Roles = null)
{
    /// <summary>What these sheets say, in the order of their names.</summary>
    public static SettingsFile Of(IReadOnlyCollection<VersionedSheet> sheets)
    {
        var file = sheets.Select(found => found.Sheet).ToLookup(sheet => sheet.Id.Kind);
        return new(
            file[SheetKind.Cluster].FirstOrDefault()?.Content.Options,
            InOrder(file[SheetKind.Set], sheet => new FilePolicySet(sheet.Prefix, sheet.Content.Locked, sheet.Content.Options)),
            InOrder(file[SheetKind.Role], sheet => new FileRole(sheet.Content.Priority ?? 0, sheet.Content.IsDefault ?? false, sheet.Content.Options)));
    }

    public IReadOnlyList<WantedSheet> Wanted() =>
    [
        .. ClusterDefaults is { } cluster ? [new WantedSheet(SheetKind.Cluster, "", null, _ => Content(cluster))] : Array.Empty<WantedSheet>(),
        .. (PolicySets ?? new Dictionary<string, FilePolicySet?>()).Select(set => Wanted(set.Key, set.Value ?? new())),
        .. (Roles ?? new Dictionary<string, FileRole?>()).Select(role => Wanted(role.Key, role.Value ?? new())),
    ];

    private static WantedSheet Wanted(string key, FilePolicySet set) => new(SheetKind.Set, key, set.Prefix, _ => Content(set.Options) with
    {
        Locked = set.Locked?.OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } locked ? locked : null,
    });

    // Not being the default may never have been said of a role.
    private static WantedSheet Wanted(string name, FileRole role) => new(SheetKind.Role, name, null, said => Content(role.Options) with
    {
        Priority = role.Priority,
        IsDefault = role.Default || said.IsDefault is not null ? role.Default : null,
    });

    private static SheetContent Content(IReadOnlyDictionary<string, JsonElement>? options) => new(new SortedDictionary<string, JsonElement>(
        (options ?? SheetContent.Empty.Options).Where(option => option.Value.ValueKind != JsonValueKind.Null).ToDictionary(), StringComparer.Ordinal));

    private static SortedDictionary<string, T?>? InOrder<T>(IEnumerable<Sheet> sheets, Func<Sheet, T?> of) where T : class =>
        sheets.ToDictionary(sheet => sheet.Name, of) is { Count: > 0 } some ? new(some, StringComparer.Ordinal) : null;
}

internal sealed record FilePolicySet(string? Prefix = null, IReadOnlyList<string>? Locked = null, IReadOnlyDictionary<string, JsonElement>? Options = null);

internal sealed record FileRole(int Priority = 0, bool Default = false, IReadOnlyDictionary<string, JsonElement>? Options = null);
