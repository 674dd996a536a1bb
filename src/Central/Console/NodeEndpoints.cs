using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

internal static class NodeEndpoints
{
    public static IResult List(DirectoryService directory, SettingsService settings)
    {
        if (directory.Current is not { } current) return Refusal.StoreUnavailable.ToResult();
        return Results.Json(new ItemList<NodeItem>([.. Items(current, settings)]));
    }

    public static Task<IResult> DrainAsync(string name, DirectoryService directory, SettingsService settings) => SetAsync(name, true, directory, settings);

    public static Task<IResult> UndrainAsync(string name, DirectoryService directory, SettingsService settings) => SetAsync(name, false, directory, settings);

    private static async Task<IResult> SetAsync(string name, bool drain, DirectoryService directory, SettingsService settings)
    {
        if (directory.Current is not { } current) return Refusal.StoreUnavailable.ToResult();
        return await directory.DrainAsync(name, drain) is { } node
            ? Results.Json(Item(node, current.Sets.First(set => set.Id == node.PolicySetId).Key, settings))
            : Refusal.NotFound.ToResult();
    }

    public static IEnumerable<NodeItem> Items(DirectorySnapshot directory, SettingsService settings)
    {
        var sets = directory.Sets.ToDictionary(set => set.Id, set => set.Key);
        return directory.Nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => Item(node, sets.GetValueOrDefault(node.PolicySetId, ""), settings));
    }

    private static NodeItem Item(NodeState node, string policySet, SettingsService settings)
    {
        var facts = node.Facts;
        var requested = settings.Wanted(node.Id, node.Name, node.PolicySetId, facts?.Catalogue) is var (tag, revision) ? new SettingsState(revision, tag) : null;
        var applied = facts?.AppliedETag is { } appliedTag ? new SettingsState(facts.AppliedRevision, appliedTag) : null;
        var upToDate = node.IsAlive && facts?.Refused is null && applied is not null && applied.ETag == requested?.ETag;
        return new(node.Name, policySet, facts?.Url, facts?.ManagementUrl, facts?.Region, facts?.Version, node.IsAlive, facts?.Draining ?? false,
            node.DrainRequestedAt, node.LiveLife, node.HeardAt, facts?.Sessions, requested, applied, facts?.Refused, upToDate);
    }
}
