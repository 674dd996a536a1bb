using System.Text.Json;

namespace IntraMessenger.Central.Settings;

/// <summary>Whose values a sheet holds.</summary>
internal enum SheetKind
{
    Cluster,
    Set,
    Role,
}

/// <summary>Which sheet: <paramref name="OwnerId"/> is of a policy set or a role, 0 for the cluster.</summary>
internal sealed record SheetId(SheetKind Kind, int OwnerId)
{
    public static SheetId Cluster { get; } = new(SheetKind.Cluster, 0);

    /// <summary>As the store writes it.</summary>
    public string KindName => Kind switch { SheetKind.Cluster => "cluster", SheetKind.Set => "set", _ => "role" };

    public static SheetKind KindOf(string name) => name switch { "cluster" => SheetKind.Cluster, "set" => SheetKind.Set, "role" => SheetKind.Role, _ => throw new InvalidDataException($"There is no kind of settings '{name}'.") };
}

/// <summary>What a sheet says, whole. The store keeps it as JSON.</summary>
/// <param name="Options">Values by key; it inherits the rest.</param>
/// <param name="Locked">Of a policy set: keys that its nodes' local files may not override.</param>
/// <param name="Priority">Of a role.</param>
/// <param name="IsDefault">Of a role: whether everybody holds it who holds no other.</param>
internal sealed record SheetContent(IReadOnlyDictionary<string, JsonElement> Options, IReadOnlyList<string>? Locked = null, int? Priority = null, bool? IsDefault = null)
{
    public static SheetContent Empty { get; } = new(new Dictionary<string, JsonElement>());
}

/// <summary>A sheet as it was last saved.</summary>
/// <param name="Name">The key of a policy set, the name of a role.</param>
/// <param name="Prefix">Of a policy set.</param>
/// <param name="SavedAt">By the store's clock; not set where nobody needs it.</param>
internal sealed record Sheet(SheetId Id, string Name, string Prefix, long Revision, SheetContent Content, DateTime SavedAt = default);

/// <summary>A sheet and the epoch of its revisions.</summary>
internal sealed record VersionedSheet(string Epoch, Sheet Sheet)
{
    /// <summary>With the epoch: after a restore of the store the same number may stand for other contents.</summary>
    public string ETag => TagOf(Epoch, Version);

    /// <summary>Of all that had or will have this name: a policy set that is made anew starts with revision 1 too.</summary>
    public string Version => $"{Owner}{Sheet.Revision}";

    private string Owner => $"{Sheet.Id.OwnerId}-";

    public static string TagOf(string epoch, string version) => $"\"{epoch}.{version}\"";

    /// <summary>The revision of this sheet that a tag of this epoch stands for; null for another sheet, another epoch or nonsense.</summary>
    public long? RevisionOf(string tag) => IsOfThisEpoch(tag) && Text(tag)[(Epoch.Length + 1)..] is var version && version.StartsWith(Owner, StringComparison.Ordinal)
        && long.TryParse(version[Owner.Length..], out var revision) ? revision : null;

    public bool IsOfThisEpoch(string tag) => Text(tag).StartsWith(Epoch + ".", StringComparison.Ordinal);

    private static string Text(string tag) => tag.Trim('"');
}

/// <summary>Who saves, and why.</summary>
internal sealed record SavedBy(string Author, string Comment);

/// <summary>The tags that a client accepts to replace.</summary>
internal sealed record IfMatch(IReadOnlyList<string> Tags, bool Any)
{
    public static IfMatch Whatever { get; } = new([], true);

    public static IfMatch Nothing { get; } = new([], false);

    public bool Accepts(string etag) => Any || Tags.Contains(etag);
}

/// <summary>What a revision made of one option; null is the inherited value.</summary>
internal sealed record OptionChange(JsonElement? From, JsonElement? To);

/// <summary>A revision and what it changed.</summary>
internal sealed record RevisionChange(
    long Revision, DateTime SavedAt, string Author, string Comment, long? RestoredFrom, IReadOnlyDictionary<string, OptionChange> Changes);

/// <summary>What others made of a sheet since somebody read it.</summary>
/// <param name="Read">The revision that was read; null where that is not known any more. Then all of it counts as changed.</param>
/// <param name="Revision">The newest, with its author and comment.</param>
internal sealed record ChangedMeanwhile(long? Read, long Revision, string Author, string Comment, DateTime SavedAt, IReadOnlyDictionary<string, OptionChange> Changes);

/// <summary>What an administrator wants of a sheet.</summary>
/// <param name="Options">New values by key; null returns to the inherited one; keys that are not named stay.</param>
/// <param name="Locked">All keys to be locked; null leaves them as they are. The others likewise.</param>
internal sealed record SheetWish(IReadOnlyDictionary<string, JsonElement> Options, IReadOnlyList<string>? Locked = null, int? Priority = null, bool? IsDefault = null);
