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
/// <param name="Effective">Every option: what the set says, the default where it is silent.</param>
internal sealed record PolicySetDocument(
    string Key, string Prefix, long Revision, IReadOnlyDictionary<string, JsonElement> Options, IReadOnlyDictionary<string, JsonElement> Effective);

/// <param name="Options">New values by key; <c>null</c> returns to the inherited one; keys that are not named stay.</param>
internal sealed record SavePolicySet(IReadOnlyDictionary<string, JsonElement> Options, string? Comment = null);

internal sealed record RestoreRevision(string? Comment = null);

internal sealed record RevisionItem(
    long Revision, DateTime SavedAt, string Author, string Comment,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RestoredFrom, IReadOnlyDictionary<string, ChangedValue> Changes);

/// <summary>What a revision changed of one option; null is the inherited value.</summary>
internal sealed record ChangedValue(JsonElement? From, JsonElement? To);
