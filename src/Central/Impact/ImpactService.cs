using System.Text.Json;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Impact;

/// <summary>Responsible for telling what a change of settings would do: to which nodes and people it comes, and who would be over a new limit.</summary>
internal sealed class ImpactService(ImpactStore impact, SheetStore store, DirectoryService directory, ReportStore reports)
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    public async Task<ChangeImpact> OfAsync(Sheet changing, SheetContent next)
    {
        var sheets = (await store.AllAsync()).Select(found => found.Sheet).ToArray();
        var (before, after) = (Snapshot(sheets), Snapshot([.. sheets.Select(sheet => sheet.Id == changing.Id ? sheet with { Content = next } : sheet)]));
        var changes = SheetChange.Between(changing.Content, next);
        var everywhere = changing.Id.Kind == SheetKind.Role && changes.Count > 0;
        var sets = after.Sets.ToDictionary(set => set.Key, set => new ChangedSet(set.Value.Name, Changes(before, after, set.Key, Nothing)));
        var nodes = (await NodesAsync(before, after, sets)).ToArray();
        var touched = sets.Where(set => set.Value.Effective.Count > 0 || nodes.Any(node => node.PolicySet == set.Value.Key && node.Effective.Count > 0)).Select(set => set.Key).ToArray();
        var people = touched.Length == 0 ? new PeopleCount() : await impact.PeopleAsync(touched);
        return new(
            changes,
            [.. sets.Values.Where(set => everywhere || set.Effective.Count > 0).OrderBy(set => set.Key, StringComparer.Ordinal)],
            [.. nodes.Where(node => everywhere || node.Effective.Count + node.Keeps.Count > 0)],
            new(people.Connected, people.AtHome, await HoldersAsync(changing.Id, after)),
            await OverAsync(before, after));
    }

    private static SettingsSnapshot Snapshot(IReadOnlyCollection<Sheet> sheets) => new(new("", 0, 0), sheets, "", default, default);

    /// <summary>What becomes another value under a set, on a node whose local file says <paramref name="local"/>.</summary>
    private static SortedDictionary<string, OptionChange> Changes(SettingsSnapshot before, SettingsSnapshot after, int setId, IReadOnlyDictionary<string, JsonElement> local)
    {
        SheetContent Effective(SettingsSnapshot settings) => new(settings.LayersOf(settings.Sets[setId], "", local, []).Compose());
        return SheetChange.Between(Effective(before), Effective(after));
    }

    /// <summary>All nodes, touched or not.</summary>
    private async Task<IEnumerable<TouchedNode>> NodesAsync(SettingsSnapshot before, SettingsSnapshot after, Dictionary<int, ChangedSet> sets)
    {
        if (directory.Current is not { } current) return [];
        var told = (await reports.ListAsync()).ToDictionary(report => report.NodeId, report => report.Report);
        return from node in current.Nodes.Values
               where sets.ContainsKey(node.PolicySetId)
               orderby node.Name
               let set = sets[node.PolicySetId]
               let local = told.GetValueOrDefault(node.Id) is { } report ? report.Local.Concat(report.Locked ?? Nothing).DistinctBy(option => option.Key).ToDictionary() : Nothing
               let keeps = set.Effective.Keys.Intersect(local.Keys).Except(after.Sets[node.PolicySetId].Content.Locked ?? [])
               select new TouchedNode(node.Name, set.Key, node.IsAlive, [.. keeps], local.Count == 0 ? set.Effective : Changes(before, after, node.PolicySetId, local));
    }

    private async Task<int?> HoldersAsync(SheetId id, SettingsSnapshot after)
    {
        if (id.Kind != SheetKind.Role || after.Roles.FirstOrDefault(role => role.Id == id.OwnerId) is not { } role) return null;
        return await impact.HoldersAsync(role.Id, role.IsDefault, [.. after.Roles.Where(other => other.Id != role.Id && !other.IsDefault).Select(other => other.Id)]);
    }

    private async Task<IReadOnlyList<OverLimit>> OverAsync(SettingsSnapshot before, SettingsSnapshot after)
    {
        var over = new List<OverLimit>();
        foreach (var option in ImpactStore.Limits)
        {
            var limit = new LimitImpact(OptionCatalogue.All[option], before, after);
            if (limit.Least is { } least) over.AddRange(limit.Over(await impact.UsesAsync(option, limit.SetIds, least)));
        }

        return over;
    }
}
