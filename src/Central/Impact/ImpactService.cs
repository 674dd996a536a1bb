using System.Text.Json;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Impact;

/// <summary>Responsible for telling what a change of settings would do: to which nodes and people it comes, and who would be over a new limit.</summary>
internal sealed class ImpactService(ImpactStore store, SheetStore sheets, DirectoryService directory, ReportStore reports)
{
    public async Task<ChangeImpact> OfAsync(Sheet before, SheetContent after)
    {
        var cluster = (await sheets.FindAsync(SheetKind.Cluster, ""))!.Sheet;
        var sets = (await sheets.ListAsync(SheetKind.Set)).Select(set => set.Sheet).ToArray();
        var changed = before.Id.Kind == SheetKind.Role ? [] : sets
            .Select(set => (Set: set, Changes: SheetChange.Between(Effective(cluster.Content, set, set.Content), Changed(before, after, cluster, set))))
            .Where(set => set.Changes.Count > 0).ToArray();
        var people = changed.Length == 0 ? new PeopleCount() : await store.PeopleAsync([.. changed.Select(set => set.Set.Id.OwnerId)]);
        return new(
            SheetChange.Between(before.Content, after),
            [.. changed.Select(set => new ChangedSet(set.Set.Name, set.Changes))],
            await NodesAsync(changed.ToDictionary(set => set.Set.Id.OwnerId, set => (set.Set.Name, set.Changes.Keys.AsEnumerable()))),
            new(people.Connected, people.AtHome, await HoldersAsync(before, after)),
            await OverAsync(changed.SelectMany(set => Lowered(set.Set, set.Changes))));
    }

    private static SheetContent Changed(Sheet before, SheetContent after, Sheet cluster, Sheet set) =>
        before.Id.Kind == SheetKind.Cluster ? Effective(after, set, set.Content) : Effective(cluster.Content, set, before.Id == set.Id ? after : set.Content);

    private static SheetContent Effective(SheetContent cluster, Sheet set, SheetContent content) =>
        new(OptionLayers.OfSet(cluster.Options, set.Name, content.Options).Compose());

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

    private async Task<int?> HoldersAsync(Sheet before, SheetContent after)
    {
        if (before.Id.Kind != SheetKind.Role) return null;
        var others = (await sheets.ListAsync(SheetKind.Role)).Where(role => role.Sheet.Id != before.Id && role.Sheet.Content.IsDefault != true).Select(role => role.Sheet.Id.OwnerId).ToArray();
        return await store.HoldersAsync(before.Id.OwnerId, after.IsDefault ?? before.Content.IsDefault ?? false, others);
    }

    /// <summary>0 is no limit: a limit is lower than none.</summary>
    private static IEnumerable<LoweredLimit> Lowered(Sheet set, IReadOnlyDictionary<string, OptionChange> changes) =>
        from change in changes
        where ImpactStore.Knows(change.Key)
        let old = change.Value.From!.Value.GetInt32()
        let next = change.Value.To!.Value.GetInt32()
        where next > 0 && (old == 0 || next < old)
        select new LoweredLimit(change.Key, set.Id.OwnerId, set.Name, change.Value.To!.Value);

    private async Task<IReadOnlyList<OverLimit>> OverAsync(IEnumerable<LoweredLimit> lowered)
    {
        var over = new List<OverLimit>();
        foreach (var limit in lowered)
        {
            var usage = await store.OverAsync(limit.Key, limit.PolicySetId, limit.Value.GetInt32());
            if (usage.Count > 0) over.Add(new(limit.Key, limit.PolicySet, limit.Value.GetInt32(), ImpactStore.What(limit.Key), usage.Count, usage.Highest));
        }

        return over;
    }
}
