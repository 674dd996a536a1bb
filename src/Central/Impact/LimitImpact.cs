using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Impact;

/// <summary>
/// Responsible for who would be over a limit that a change lowers for them, be it of a policy set or of a role. Somebody for whom a role says
/// otherwise is not concerned by what a policy set says.
/// </summary>
internal sealed class LimitImpact(OptionDefinition option, SettingsSnapshot before, SettingsSnapshot after)
{
    private readonly Dictionary<(int SetId, string Roles), SaidValue?> _lowered = [];

    /// <summary>The policy sets under which it may become another one for somebody.</summary>
    public IReadOnlyList<int> SetIds { get; } = before.Roles.SequenceEqual(after.Roles) || !Saying(option, before).Concat(Saying(option, after)).Any()
        ? [.. after.Sets.Keys.Where(id => OfSet(option, before, id) != OfSet(option, after, id))]
        : [.. after.Sets.Keys];

    /// <summary>Who uses no more than this is not over it, whoever they are; null where it concerns nobody, or nobody has a limit.</summary>
    public int? Least => SetIds.Count == 0 ? null : SetIds.Select(id => OfSet(option, after, id)).Concat(Saying(option, after).Select(role => role.Options[option.Key].GetInt32()))
        .Where(limit => limit > 0).Min(limit => (int?)limit);

    public IEnumerable<OverLimit> Over(IEnumerable<LimitUse> uses) =>
        from use in uses
        let said = Lowered(use.SetId, use.Roles)
        where said is not null && use.Used > said.Value.GetInt32()
        group use by (use.SetId, Value: said.Value.GetInt32(), Role: said.Layer == OptionLayer.Role ? said.Name : null) into over
        orderby over.Key.SetId, over.Key.Role
        let count = ImpactStore.IsOfWholeSets(option.Key) ? over.Sum(use => use.Used - over.Key.Value) : over.DistinctBy(use => use.Id).Count()
        select new OverLimit(option.Key, after.Sets[over.Key.SetId].Name, over.Key.Value, ImpactStore.What(option.Key), count, over.Max(use => use.Used), over.Key.Role);

    /// <summary>The new limit of somebody with these roles, and who says it; null where it is not lower than before. 0 is no limit: a limit is lower than none.</summary>
    private SaidValue? Lowered(int setId, string roles)
    {
        if (_lowered.TryGetValue((setId, roles), out var known)) return known;
        var given = roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        var (old, next) = (Said(before, setId, given).Value.GetInt32(), Said(after, setId, given));
        return _lowered[(setId, roles)] = next.Value.GetInt32() is > 0 and var limit && (old == 0 || limit < old) ? next : null;
    }

    private SaidValue Said(SettingsSnapshot settings, int setId, int[] given) => Said(option, settings, setId, RoleOptions.HeldBy(settings.Roles, given));

    private static IEnumerable<RoleOptions> Saying(OptionDefinition option, SettingsSnapshot settings) => settings.Roles.Where(role => option.ByRole && role.Options.ContainsKey(option.Key));

    private static int OfSet(OptionDefinition option, SettingsSnapshot settings, int setId) => Said(option, settings, setId, []).Value.GetInt32();

    private static SaidValue Said(OptionDefinition option, SettingsSnapshot settings, int setId, IReadOnlyList<RoleOptions> held) =>
        settings.LayersOf(settings.Sets[setId], "", SheetContent.Empty.Options, held).Said(option).First();
}
