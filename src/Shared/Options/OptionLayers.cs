using System.Text.Json;
using System.Text.Json.Serialization;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Shared.Options;

/// <summary>Who can say a value of an option, the weakest first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptionLayer>))]
public enum OptionLayer
{
    /// <summary>The declaration.</summary>
    [JsonStringEnumMemberName("default")] Default,

    /// <summary>The defaults of the cluster, for all policy sets.</summary>
    [JsonStringEnumMemberName("cluster")] Cluster,

    [JsonStringEnumMemberName("policySet")] PolicySet,

    /// <summary>The local file of a node.</summary>
    [JsonStringEnumMemberName("node")] Node,

    [JsonStringEnumMemberName("role")] Role,
}

/// <summary>Values that a role says for the people who hold it.</summary>
/// <param name="Priority">Of several roles that say a value the one with the highest priority wins, of equal ones the older.</param>
/// <param name="IsDefault">Whether everybody holds it who holds no other.</param>
public sealed record RoleOptions(int Id, string Name, int Priority, bool IsDefault, IReadOnlyDictionary<string, JsonElement> Options)
{
    /// <summary>The roles that somebody holds to whom <paramref name="given"/> were given: these, or the default ones where none of these is another.</summary>
    public static IReadOnlyList<RoleOptions> HeldBy(IReadOnlyList<RoleOptions> all, IReadOnlyCollection<int> given)
    {
        var held = all.Where(role => given.Contains(role.Id)).ToArray();
        return held.Any(role => !role.IsDefault) ? held : [.. all.Where(role => role.IsDefault || given.Contains(role.Id))];
    }
}

/// <summary>A value and who says it.</summary>
/// <param name="Name">Of the policy set, the node or the role.</param>
public sealed record SaidValue(OptionLayer Layer, string Name, JsonElement Value, int? Priority = null)
{
    /// <summary>Such as <c>role Support, priority 2</c>.</summary>
    public override string ToString() => Layer switch
    {
        OptionLayer.Default => "default of the catalogue",
        OptionLayer.Cluster => "default of the cluster",
        OptionLayer.PolicySet => $"policy set {Name}",
        OptionLayer.Node => $"local file of node {Name}",
        _ => $"role {Name}, priority {Priority}",
    };
}

/// <summary>
/// Responsible for which of several values of an option holds: default, cluster, policy set, node, role, each stronger than the one before.
/// A node may say only what is declared so and its set does not lock, a role only what is declared so.
/// </summary>
public sealed record OptionLayers(
    IReadOnlyDictionary<string, JsonElement> Cluster,
    string PolicySetKey,
    IReadOnlyDictionary<string, JsonElement> PolicySet,
    IReadOnlyCollection<string> Locked,
    string NodeName,
    IReadOnlyDictionary<string, JsonElement> Node,
    IReadOnlyCollection<RoleOptions> Roles)
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    /// <summary>What a policy set comes to for all its nodes and people.</summary>
    public static OptionLayers OfSet(IReadOnlyDictionary<string, JsonElement> cluster, string key, IReadOnlyDictionary<string, JsonElement> set) =>
        new(cluster, key, set, [], "", Nothing, []);

    /// <summary>Who says a value of the option, the strongest first. Never empty: the declaration always says one.</summary>
    public IEnumerable<SaidValue> Said(OptionDefinition option)
    {
        if (option.ByRole)
        {
            foreach (var role in Roles.OrderByDescending(role => role.Priority).ThenBy(role => role.Id))
            {
                if (role.Options.TryGetValue(option.Key, out var ofRole)) yield return new(OptionLayer.Role, role.Name, ofRole, role.Priority);
            }
        }

        if (option.ByNode && !Locked.Contains(option.Key) && Node.TryGetValue(option.Key, out var ofNode)) yield return new(OptionLayer.Node, NodeName, ofNode);
        if (PolicySet.TryGetValue(option.Key, out var ofSet)) yield return new(OptionLayer.PolicySet, PolicySetKey, ofSet);
        if (Cluster.TryGetValue(option.Key, out var ofCluster)) yield return new(OptionLayer.Cluster, "", ofCluster);
        yield return new(OptionLayer.Default, "", option.Default);
    }

    /// <summary>The value that holds of every option that <paramref name="catalogue"/> knows.</summary>
    public SortedDictionary<string, JsonElement> Compose(int catalogue = OptionCatalogue.Version) => new(
        OptionCatalogue.All.Values.Where(option => option.Since <= catalogue).ToDictionary(option => option.Key, option => Said(option).First().Value),
        StringComparer.Ordinal);
}

/// <summary>Who says the options of a person: where they act, and at home for those that home sets decide.</summary>
/// <param name="AtHome">Without a node: nodes are told what home sets say, and their local files say nothing to that.</param>
public sealed record PersonLayers(OptionLayers Acting, OptionLayers AtHome)
{
    /// <summary>As <see cref="OptionLayers.Said"/>.</summary>
    public IEnumerable<SaidValue> Said(OptionDefinition option) => (option.OfHomeSet ? AtHome : Acting).Said(option);
}
