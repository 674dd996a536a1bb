using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Shared.Contracts;

// The wire between nodes or gateways and Central, and between nodes. Adding members is fine; unknown ones are passed over.

/// <summary>Where the cluster's own calls are, on management ports.</summary>
public static class ClusterRoutes
{
    /// <summary>Control: the composed settings of the asking node. <c>?catalogue=1&amp;wait=30</c>, <c>If-None-Match</c>.</summary>
    public const string Settings = "/cluster/v1/settings";

    /// <summary>Control: the settings that a node applies, told whenever they change.</summary>
    public const string SettingsReport = "/cluster/v1/settings/report";

    /// <summary>Control: the facts of a node.</summary>
    public const string Heartbeat = "/cluster/v1/heartbeat";

    /// <summary>Control: all policy sets and their live nodes, for gateways. <c>?wait=30</c>, <c>If-None-Match</c>.</summary>
    public const string Directory = "/cluster/v1/directory";

    /// <summary>Node: hints of other nodes that something changed.</summary>
    public const string Signals = "/cluster/v1/signals";

    /// <summary>The longest <c>wait</c>, in seconds.</summary>
    public const int LongestWait = 30;
}

/// <summary>Why something was refused, for people to read.</summary>
public static class Reasons
{
    /// <summary>At the most so many characters: what is wrong with very much is told in part.</summary>
    public static string Shortened(string reason, int longest) => reason.Length <= longest ? reason : reason[..(longest - 4)] + " ...";
}

/// <summary>All that a node needs beyond its local file.</summary>
/// <param name="Epoch">Another one after the store was restored: revisions may then go back.</param>
/// <param name="Revision">Of the policy set.</param>
/// <param name="Options">The effective value of every option that the node knows, by key.</param>
/// <param name="Homes">By the id of each policy set: the effective values of the options that home sets decide.</param>
/// <param name="ClusterKey">Base64: with it nodes sign what they send to each other.</param>
public sealed record SettingsDocument(
    string Epoch,
    long Revision,
    NodeIdentity Node,
    PolicySetIdentity PolicySet,
    IReadOnlyDictionary<string, JsonElement> Options,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Homes,
    string ClusterKey)
{
    /// <summary>Keys that the node's local file may not override.</summary>
    public IReadOnlyList<string> Locked { get; init; } = [];

    /// <summary>Every role of the cluster: who holds which is in the store.</summary>
    public IReadOnlyList<RoleOptions> Roles { get; init; } = [];

    /// <summary>Rises when somebody gets or loses a role: what is remembered of people is to be asked again.</summary>
    public long HoldersVersion { get; init; }

    /// <summary>When something of it was saved last, by the store's clock.</summary>
    public DateTime SavedAt { get; init; }
}

/// <summary>What a node does with the settings that it was sent.</summary>
/// <param name="Effective">The value of every option that is in force, before roles.</param>
/// <param name="Local">Values of the node's own file that are in force.</param>
/// <param name="NotApplied">Keys of its own file that are not in force, and why.</param>
/// <param name="Unknown">Keys that it was sent and passes over, because it does not know them.</param>
/// <param name="AppliedETag">The document in force; null before the first.</param>
/// <param name="Refused">The newest document, where it is not in force.</param>
/// <param name="Locked">Values of its own file that would be in force if the policy set did not lock them.</param>
public sealed record SettingsReport(
    IReadOnlyDictionary<string, JsonElement> Effective,
    IReadOnlyDictionary<string, JsonElement> Local,
    IReadOnlyDictionary<string, string> NotApplied,
    IReadOnlyList<string> Unknown,
    string? AppliedETag = null,
    long? AppliedRevision = null,
    RefusedSettings? Refused = null,
    IReadOnlyDictionary<string, JsonElement>? Locked = null);

/// <summary>A document that a node does not apply.</summary>
/// <param name="Keys">Which options are wrong, and why; empty where the document as a whole is.</param>
public sealed record RefusedSettings(string ETag, string Reason, IReadOnlyDictionary<string, string> Keys);

public sealed record NodeIdentity(int Id, string Name);

public sealed record PolicySetIdentity(int Id, string Key, string Prefix);

/// <summary>What a node tells of itself every 5 s. Whether it is alive is decided by its lease in the store, not by this.</summary>
/// <param name="LifeId">Its incarnation; null while it has none.</param>
/// <param name="AppliedETag">The settings document that is in force on it.</param>
/// <param name="Refused">Why it does not apply the newest document; null where it does.</param>
/// <param name="Catalogue">The version of the catalogue that it knows: by it every control can tell which document it should have. Older nodes do not say it.</param>
public sealed record Heartbeat(
    string Url,
    string ManagementUrl,
    string Region,
    string Version,
    int Sessions,
    bool Draining,
    long? LifeId = null,
    string? AppliedETag = null,
    long? AppliedRevision = null,
    string? Refused = null,
    int? Catalogue = null);

/// <summary>What control answers to a heartbeat; older ones nothing.</summary>
/// <param name="Drain">Whether an administrator wants nobody on this node; null where control does not know at the moment.</param>
public sealed record HeartbeatAnswer(bool? Drain = null);

/// <summary>The directory as gateways see it.</summary>
public sealed record DirectoryDocument(IReadOnlyList<DirectorySet> Sets);

/// <summary>One policy set and its live nodes, which may be none.</summary>
/// <param name="Leaving">Names of live nodes that let their people go: nobody is sent there any more, and who is there is told by the node itself.</param>
public sealed record DirectorySet(string Key, string Prefix, IReadOnlyList<DirectoryNode> Nodes, IReadOnlyList<string>? Leaving = null);

public sealed record DirectoryNode(string Name, string Url, string ManagementUrl);
