using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntraMessenger.Central.Console;

/// <param name="Code">For a second factor.</param>
internal sealed record SignIn(string Username, string Password, string? Code = null);

internal sealed record SignedIn(string Token, DateTime ExpiresAt);

/// <summary>A list answer; <paramref name="Next"/> goes into <c>after</c>.</summary>
internal sealed record ItemList<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>A node with the settings that it should have beside those that it has.</summary>
/// <param name="Draining">Whether it lets its people go, as it says.</param>
/// <param name="DrainRequestedAt">Since when an administrator wants nobody on it.</param>
internal sealed record NodeItem(
    string Name, string PolicySet, string? Url, string? ManagementUrl, string? Region, string? Version, bool Alive, bool Draining, DateTime? DrainRequestedAt, long? LifeId,
    DateTime? HeardAt, int? Sessions, SettingsState? Requested, SettingsState? Applied, string? Refused, bool UpToDate);

internal sealed record SettingsState(long? Revision, string ETag);

internal sealed record PolicySetItem(string Key, string Prefix, long Revision);

/// <param name="Options">What the set itself says.</param>
/// <param name="Effective">Every option: what the set says, the cluster's default where it is silent, else that of the catalogue.</param>
/// <param name="Locked">Keys that local files of nodes may not override.</param>
internal sealed record PolicySetDocument(
    string Key, string Prefix, long Revision, IReadOnlyDictionary<string, JsonElement> Options, IReadOnlyDictionary<string, JsonElement> Effective,
    IReadOnlyList<string>? Locked);

/// <param name="Effective">What a policy set inherits that says nothing.</param>
internal sealed record ClusterDocument(long Revision, IReadOnlyDictionary<string, JsonElement> Options, IReadOnlyDictionary<string, JsonElement> Effective);

internal sealed record RoleDocument(string Name, long Revision, int Priority, bool IsDefault, IReadOnlyDictionary<string, JsonElement> Options);

internal sealed record RoleHolder(string Username);

/// <param name="Options">New values by key; <c>null</c> returns to the inherited one; keys that are not named stay.</param>
/// <param name="Locked">Of a policy set: all the keys to be locked; absent leaves them. The others are of a role.</param>
internal sealed record SaveSheet(
    IReadOnlyDictionary<string, JsonElement> Options, string? Comment = null, IReadOnlyList<string>? Locked = null, int? Priority = null, bool? IsDefault = null);

/// <param name="Prefix">The first part of the path; the key where absent.</param>
/// <param name="From">The policy set to clone.</param>
internal sealed record CreatePolicySet(string Key, string? Prefix = null, string? From = null, string? Comment = null);

internal sealed record RenamePolicySet(string? Key = null, string? Prefix = null, string? Comment = null);

internal sealed record CreateRole(
    string Name, IReadOnlyDictionary<string, JsonElement>? Options = null, int? Priority = null, bool? IsDefault = null, string? Comment = null);

internal sealed record RestoreRevision(string? Comment = null);
