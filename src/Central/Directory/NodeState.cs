using IntraMessenger.Shared.Contracts;

namespace IntraMessenger.Central.Directory;

/// <summary>A node as control knows it.</summary>
/// <param name="LiveLife">Its newest life whose lease holds, by the store; null where it is dead.</param>
/// <param name="Facts">Its last heartbeat; null before the first.</param>
/// <param name="DrainRequestedAt">Since when an administrator wants nobody on it.</param>
internal sealed record NodeState(int Id, string Name, int PolicySetId, long? LiveLife, DateTime? HeardAt, Heartbeat? Facts, DateTime? DrainRequestedAt)
{
    public bool IsAlive => LiveLife is not null;

    /// <summary>Whether gateways may send people here: facts of an earlier life may name an address that is no longer its own.</summary>
    public bool IsRouted => IsUsable && !IsLeaving;

    /// <summary>Whether it lets its people go, or is about to.</summary>
    public bool IsLeaving => IsUsable && (DrainRequestedAt is not null || Facts!.Draining);

    private bool IsUsable => IsAlive && Facts is not null && Facts.LifeId == LiveLife;

    /// <summary>Whether <paramref name="heartbeat"/> tells something that changes where people are sent.</summary>
    public bool IsNews(Heartbeat heartbeat) =>
        Facts is null || (Facts.LifeId, Facts.Draining, Facts.Url, Facts.ManagementUrl) != (heartbeat.LifeId, heartbeat.Draining, heartbeat.Url, heartbeat.ManagementUrl);
}

/// <summary>The identity of a policy set, for routing.</summary>
internal sealed record RoutedSet(int Id, string Key, string Prefix);

/// <summary>All nodes at one moment. Never changed, only replaced.</summary>
internal sealed record DirectorySnapshot(IReadOnlyList<RoutedSet> Sets, IReadOnlyDictionary<int, NodeState> Nodes)
{
    /// <summary>What gateways are told: in the order of the names, so that two controls tell the same.</summary>
    public DirectoryDocument Document => new([.. Sets.OrderBy(set => set.Key, StringComparer.Ordinal).Select(set => new DirectorySet(set.Key, set.Prefix, [.. Routed(set.Id)], Leaving(set.Id)))]);

    private IEnumerable<DirectoryNode> Routed(int setId) =>
        from node in Nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal)
        where node.PolicySetId == setId && node.IsRouted
        select new DirectoryNode(node.Name, node.Facts!.Url, node.Facts.ManagementUrl);

    private string[]? Leaving(int setId)
    {
        var names = Nodes.Values.Where(node => node.PolicySetId == setId && node.IsLeaving).Select(node => node.Name).Order(StringComparer.Ordinal).ToArray();
        return names.Length > 0 ? names : null;
    }
}
