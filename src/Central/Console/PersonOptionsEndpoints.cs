using System.Text.Json;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Console;

/// <summary>Which value of each option holds for a person, and who says so.</summary>
internal static class PersonOptionsEndpoints
{
    /// <param name="username">The person.</param>
    /// <param name="policySet">The set whose URL the person comes by; their home set where absent. What home sets decide, it does not.</param>
    /// <param name="node">The node that serves them; where absent, what holds on a node whose local file says nothing.</param>
    /// <param name="option">One option; all where absent.</param>
    public static async Task<IResult> GetAsync(
        string username, RoleService roles, SettingsService settings, DirectoryService directory, ReportStore reports, string? policySet = null, string? node = null, string? option = null)
    {
        if (settings.Current is not { } current || directory.Current is not { } nodes) return Refusal.StoreUnavailable.ToResult();
        if (await roles.PersonAsync(username) is not { } person) return RoleService.UserNotFound.ToResult();
        if (current.Sets.GetValueOrDefault(person.HomeSetId) is not { } home) return Refusal.StoreUnavailable.ToResult(); // made a moment ago, through another control
        if ((policySet is null ? home : current.Sets.Values.FirstOrDefault(one => one.Name == policySet)) is not { } set)
            return Refusal.Invalid("policySet", "is not the key of a policy set.").ToResult();
        var serving = node is null ? null : nodes.Nodes.Values.FirstOrDefault(one => one.Name == node && one.PolicySetId == set.Id.OwnerId);
        if (node is not null && serving is null) return Refusal.Invalid("node", $"is not the name of a node of policy set {set.Name}.").ToResult();
        if (option is not null && !OptionCatalogue.All.ContainsKey(option)) return Refusal.Invalid("option", "is not an option of the catalogue.").ToResult();

        var local = serving is null ? null : (await reports.FindAsync(serving.Id))?.Report.Local;
        var held = RoleOptions.HeldBy(current.Roles, person.RoleIds);
        var layers = new PersonLayers(current.LayersOf(set, node ?? "", local ?? SheetContent.Empty.Options, held), current.LayersOf(home, "", SheetContent.Empty.Options, held));
        return Results.Json(new PersonOptions(person.Username, set.Name, home.Name, [.. held.Select(role => role.Name)],
            [.. OptionCatalogue.All.Values.Where(one => option is null || one.Key == option).Select(one => EffectiveOption.Of(one, layers))]));
    }
}

internal sealed record PersonOptions(string Username, string PolicySet, string HomeSet, IReadOnlyList<string> Roles, IReadOnlyList<EffectiveOption> Items);

/// <param name="Because">Who says the value, and over whom: <c>role Support, priority 2, over policy set a</c>.</param>
/// <param name="Said">All who say a value, the strongest first.</param>
internal sealed record EffectiveOption(string Key, JsonElement Value, string Because, IReadOnlyList<SaidValue> Said)
{
    public static EffectiveOption Of(OptionDefinition option, PersonLayers layers)
    {
        var said = layers.Said(option).ToArray();
        return new(option.Key, said[0].Value, said.Length == 1 ? $"{said[0]}" : $"{said[0]}, over {said[1]}", said);
    }
}
