using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Impact;

/// <summary>Responsible for telling what a change of settings would do: to which nodes and people it comes, and who would be over a new limit.</summary>
internal sealed class ImpactService(ImpactStore impact, SheetStore store, DirectoryService directory, ReportStore reports)
{
    public async Task<ChangeImpact> OfAsync(Sheet changing, SheetContent next)
    {
        var sheets = (await store.AllAsync()).Select(found => found.Sheet).ToArray();
        var (before, after) = (Snapshot(sheets), Snapshot([.. sheets.Select(sheet => sheet.Id == changing.Id ? sheet with { Content = next } : sheet)]));
        var changed = after.Sets.Values.OrderBy(set => set.Name, StringComparer.Ordinal)
            .Select(set => (Set: set, Changes: SheetChange.Between(Effective(before, set.Id.OwnerId), Effective(after, set.Id.OwnerId))))
            .Where(set => set.Changes.Count > 0).ToArray();
        var people = changed.Length == 0 ? new PeopleCount() : await impact.PeopleAsync([.. changed.Select(set => set.Set.Id.OwnerId)]);
        return new(
            SheetChange.Between(changing.Content, next),
            [.. changed.Select(set => new ChangedSet(set.Set.Name, set.Changes))],
            await NodesAsync(changed.ToDictionary(set => set.Set.Id.OwnerId, set => (set.Set.Name, set.Changes.Keys.AsEnumerable()))),
            new(people.Connected, people.AtHome, await HoldersAsync(changing.Id, after)),
            await OverAsync(before, after));
    }

    private static SettingsSnapshot Snapshot(IReadOnlyCollection<Sheet> sheets) => new(new("", 0, 0), sheets, "", default, default);

    private static SheetContent Effective(SettingsSnapshot settings, int setId) =>
        new(OptionLayers.OfSet(settings.Cluster.Options, "", settings.Sets[setId].Content.Options).Compose());

    private async Task<IReadOnlyList<TouchedNode>> NodesAsync(Dictionary<int, (string Key, IEnumerable<string> Options)> sets)
    {
        if (directory.Current is not { } current || sets.Count == 0) return [];
        var told = (await reports.ListAsync()).ToDictionary(report => report.NodeId, report => report.Report);
        return [.. from node in current.Nodes.Values
            where sets.ContainsKey(node.PolicySetId)
            orderby node.Name
            let own = told.GetValueOrDefault(node.Id)?.Local.Keys ?? []
            select new TouchedNode(node.Name, sets[node.PolicySetId].Key, node.IsAlive, [.. sets[node.PolicySetId].Options.Intersect(own)])];
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
