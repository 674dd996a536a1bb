using System.Text.Json;
using System.Text.Json.Serialization;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

/// <summary>What is requested of a node beside what it says it does.</summary>
internal static class NodeSettingsEndpoints
{
    public static async Task<IResult> GetAsync(string name, DirectoryService directory, SettingsService settings, ReportStore reports)
    {
        if (directory.Current is not { } current) return Refusal.StoreUnavailable.ToResult();
        if (current.Nodes.Values.FirstOrDefault(node => node.Name == name) is not { } found) return Refusal.NotFound.ToResult();
        if (settings.Requested(found.Id, found.Name, found.PolicySetId, found.Facts?.Catalogue) is not { } requested) return Refusal.StoreUnavailable.ToResult();

        var report = await reports.FindAsync(found.Id);
        var differences = report is null ? [] : requested.Document.Options.Keys.Union(report.Report.Effective.Keys).Order(StringComparer.Ordinal)
            .Select(key => Difference(key, Value(requested.Document.Options, key), Value(report.Report.Effective, key), report.Report, requested.ETag))
            .Where(difference => difference.Requested is null || difference.Effective is null || !JsonElement.DeepEquals(difference.Requested.Value, difference.Effective.Value))
            .ToArray();
        return Results.Json(new NodeSettings(
            name, requested.Document.PolicySet.Key, new(requested.Document.Revision, requested.ETag), requested.Document.Options, requested.Document.Locked, report?.HeardAt,
            report?.Report.AppliedETag is { } tag ? new(report.Report.AppliedRevision, tag) : null, report?.Report.Effective, differences,
            report?.Report.NotApplied, report?.Report.Unknown, report?.Report.Refused));
    }

    private static JsonElement? Value(IReadOnlyDictionary<string, JsonElement> options, string key) => options.TryGetValue(key, out var value) ? value : null;

    private static SettingsDifference Difference(string key, JsonElement? requested, JsonElement? effective, SettingsReport report, string eTag)
    {
        var (source, because) =
            report.Local.ContainsKey(key) ? (SettingsSource.LocalFile, "The local file of the node says so.")
            : report.Refused is { } refused ? (SettingsSource.Refused, refused.Keys.GetValueOrDefault(key) ?? refused.Reason)
            : report.AppliedETag == eTag ? (SettingsSource.Unknown, "The node does not know this option.")
            : (SettingsSource.Pending, "The node has not applied the newest settings yet.");
        return new(key, requested, effective, source, because);
    }
}

/// <param name="Locked">Keys that the local file of the node may not override.</param>
/// <param name="HeardAt">When the node told what it applies; absent where it never did, or is of an older version.</param>
/// <param name="Differences">Where effective is not what was requested, and why.</param>
internal sealed record NodeSettings(
    string Name, string PolicySet, SettingsState Requested, IReadOnlyDictionary<string, JsonElement> RequestedOptions, IReadOnlyList<string> Locked,
    DateTime? HeardAt, SettingsState? Applied, IReadOnlyDictionary<string, JsonElement>? Effective, IReadOnlyList<SettingsDifference> Differences, IReadOnlyDictionary<string, string>? NotApplied,
    IReadOnlyList<string>? Unknown, RefusedSettings? Refused);

internal sealed record SettingsDifference(string Key, JsonElement? Requested, JsonElement? Effective, SettingsSource Source, string Because);

/// <summary>Where a value comes from that is not the requested one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SettingsSource>))]
internal enum SettingsSource
{
    [JsonStringEnumMemberName("localFile")] LocalFile,

    /// <summary>The node keeps what it had.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>The node or control does not know the option.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    [JsonStringEnumMemberName("pending")] Pending,
}
