using System.Text.Json;
using IntraMessenger.Central.Settings;

namespace IntraMessenger.Central.SettingsFiles;

/// <summary>What a settings file says of the cluster. What it does not name stays as it is; what it names says that afterwards and nothing else.</summary>
internal sealed record SettingsFile(
    IReadOnlyDictionary<string, JsonElement>? ClusterDefaults = null,
    IReadOnlyDictionary<string, FilePolicySet?>? PolicySets = null,
    IReadOnlyDictionary<string, FileRole?>? Roles = null,
    FileOrigin? MadeFrom = null)
{
    /// <summary>What these sheets say, in the order of their names.</summary>
    public static SettingsFile Of(IReadOnlyCollection<VersionedSheet> sheets)
    {
        var file = sheets.Select(found => found.Sheet).ToLookup(sheet => sheet.Id.Kind);
        return new(
            file[SheetKind.Cluster].FirstOrDefault()?.Content.Options,
            InOrder(file[SheetKind.Set], sheet => new FilePolicySet(sheet.Prefix, sheet.Content.Locked, sheet.Content.Options)),
            InOrder(file[SheetKind.Role], sheet => new FileRole(sheet.Content.Priority ?? 0, sheet.Content.IsDefault ?? false, sheet.Content.Options)),
            FileOrigin.Of(sheets));
    }

    /// <param name="force">Whatever the sheets were made of since; else only over the revisions that the file was made from.</param>
    public IReadOnlyList<WantedSheet> Wanted(bool force) =>
    [
        .. ClusterDefaults is { } cluster ? [new WantedSheet(SheetKind.Cluster, "", null, Over(SheetKind.Cluster, "", force), _ => Content(cluster))] : Array.Empty<WantedSheet>(),
        .. (PolicySets ?? new Dictionary<string, FilePolicySet?>()).Select(set => Wanted(set.Key, set.Value ?? new(), force)),
        .. (Roles ?? new Dictionary<string, FileRole?>()).Select(role => Wanted(role.Key, role.Value ?? new(), force)),
    ];

    private IfMatch Over(SheetKind kind, string name, bool force) => force ? IfMatch.Whatever : MadeFrom?.TagOf(kind, name) is { } tag ? new([tag], Any: false) : IfMatch.Nothing;

    private WantedSheet Wanted(string key, FilePolicySet set, bool force) => new(SheetKind.Set, key, set.Prefix, Over(SheetKind.Set, key, force), _ => Content(set.Options) with
    {
        Locked = set.Locked?.OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } locked ? locked : null,
    });

    // Not being the default may never have been said of a role.
    private WantedSheet Wanted(string name, FileRole role, bool force) => new(SheetKind.Role, name, null, Over(SheetKind.Role, name, force), said => Content(role.Options) with
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

/// <summary>The revisions that a file was made from.</summary>
/// <param name="Epoch">Of the store: after a restore, and in another one, the same version stands for something else.</param>
/// <param name="ClusterDefaults">Its version, as the others.</param>
internal sealed record FileOrigin(
    string Epoch, string? ClusterDefaults = null, IReadOnlyDictionary<string, string>? PolicySets = null, IReadOnlyDictionary<string, string>? Roles = null)
{
    public static FileOrigin? Of(IReadOnlyCollection<VersionedSheet> sheets) => sheets.Count == 0 ? null : new(
        sheets.First().Epoch, sheets.FirstOrDefault(found => found.Sheet.Id == SheetId.Cluster)?.Version, Versions(sheets, SheetKind.Set), Versions(sheets, SheetKind.Role));

    /// <summary>Null where it does not name the sheet.</summary>
    public string? TagOf(SheetKind kind, string name)
    {
        var version = kind == SheetKind.Cluster ? ClusterDefaults : (kind == SheetKind.Set ? PolicySets : Roles)?.GetValueOrDefault(name);
        return version is { } known ? VersionedSheet.TagOf(Epoch, known) : null;
    }

    private static SortedDictionary<string, string>? Versions(IEnumerable<VersionedSheet> sheets, SheetKind kind) =>
        sheets.Where(found => found.Sheet.Id.Kind == kind).ToDictionary(found => found.Sheet.Name, found => found.Version) is { Count: > 0 } some ? new(some, StringComparer.Ordinal) : null;
}
