using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Configuration;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>
/// The value that holds for a person, by the way it goes through the programs: Central composes, the node puts its local file over it, a
/// request asks by roles. It must be that of a model that knows nothing of the product but the rules as they are written down.
/// </summary>
public sealed class EffectiveValueTests
{
    private const int Cases = 10_000;

    // Key, whether a role may say it, whether a node may, whether the home set decides, the default: as docs/options.md has them.
    private static readonly (string Key, bool ByRole, bool ByNode, bool AtHome, int Default, int Least)[] Options =
    [
        ("contacts.max", true, false, false, 200, 0),
        ("limits.requestsPerSecond", true, true, false, 50, 0),
        ("limits.signInsPerMinute", false, true, false, 60, 0),
        ("sessions.maxConnectedUsers", false, false, false, 0, 0),
        ("messages.maxLength", true, false, false, 4_000, 1),
        ("accounts.lockMinutes", true, false, true, 15, 0),
        ("accounts.outdatedDays", false, false, true, 90, 0),
    ];

    private sealed record ModelRole(int Id, int Priority, bool IsDefault, int?[] Says);

    private sealed record Case(int?[] Cluster, int?[] Set, int?[] Home, bool[] Locked, int?[] Node, ModelRole[] Roles, int[] Given);

    private static int Model(Case made, int option)
    {
        var (_, byRole, byNode, atHome, @default, _) = Options[option];
        if (byRole)
        {
            var given = made.Roles.Where(role => made.Given.Contains(role.Id)).ToList();
            var held = given.Exists(role => !role.IsDefault) ? given : made.Roles.Where(role => role.IsDefault).ToList();
            ModelRole? strongest = null;
            foreach (var role in held)
            {
                if (role.Says[option] is null) continue;
                if (strongest is null || role.Priority > strongest.Priority || role.Priority == strongest.Priority && role.Id < strongest.Id) strongest = role;
            }

            if (strongest is not null) return strongest.Says[option]!.Value;
        }

        if (byNode && !made.Locked[option] && made.Node[option] is { } node) return node;
        return (atHome ? made.Home : made.Set)[option] ?? made.Cluster[option] ?? @default;
    }

    [Fact]
    public void EffectiveValue_OfRandomSettings_IsThatOfTheModel()
    {
        var judged = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(Arb.From(Generator()), made =>
        {
            var (applied, asked) = Applied(made);
            for (var option = 0; option < Options.Length; option++)
            {
                var expected = Model(made, option);
                applied[Options[option].Key].GetInt32().ShouldBe(expected, $"{Options[option].Key} as a node applies it, of {JsonSerializer.Serialize(made)}");
                asked.Said(OptionCatalogue.All[Options[option].Key]).First().Value.GetInt32().ShouldBe(expected, $"{Options[option].Key} as an administrator is told");
                judged++;
            }
        }));
        judged.ShouldBe(Cases * Options.Length);
    }

    /// <summary>What a request of the person finds on the node of set a, and what an administrator is told who asks for it. Their home is set b.</summary>
    private static (IReadOnlyDictionary<string, JsonElement> Applied, PersonLayers Asked) Applied(Case made)
    {
        var (cluster, set, home, node) = (Said(made.Cluster), Said(made.Set), Said(made.Home), Said(made.Node));
        var locked = Options.Where((_, i) => made.Locked[i]).Select(option => option.Key).ToArray();
        var roles = made.Roles.Select(role => new RoleOptions(role.Id, $"role {role.Id}", role.Priority, role.IsDefault, Said(role.Says))).ToArray();
        var document = new SettingsDocument(
            "epoch", 1, new NodeIdentity(1, "node"), new PolicySetIdentity(1, "a", "a"), OptionLayers.OfSet(cluster, "a", set).Compose(),
            new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>
            {
                ["1"] = OptionLayers.OfSet(cluster, "a", set).Compose(),
                ["2"] = OptionLayers.OfSet(cluster, "b", home).Compose(),
            }, "")
        {
            Locked = locked,
            Roles = roles,
        };
        var file = new ConfigurationBuilder().AddInMemoryCollection(node.Select(option => KeyValuePair.Create($"options:{option.Key}", (string?)option.Value.ToString()))).Build();
        var (local, _) = new LocalOptions(file).Beside(document);
        var rules = new PeopleRules();
        rules.Replace(document, OptionLayers.OfSet(document.Options, "", local).Compose());
        var given = string.Join(',', made.Given);
        var (values, atHome, held) = (rules.Of(given).Values.ToDictionary(), rules.AtHome(2, given).Accounts, RoleOptions.HeldBy(roles, made.Given));
        values["accounts.lockMinutes"] = JsonSerializer.SerializeToElement(atHome.LockMinutes);
        values["accounts.outdatedDays"] = JsonSerializer.SerializeToElement(atHome.OutdatedDays);
        return (values, new(new(cluster, "a", set, locked, "node", local, held), OptionLayers.OfSet(cluster, "b", home) with { Roles = held }));
    }

    private static Dictionary<string, JsonElement> Said(int?[] values) => Options.Zip(values).Where(option => option.Second is not null)
        .ToDictionary(option => option.First.Key, option => JsonSerializer.SerializeToElement(option.Second!.Value));

    // Half of the places say nothing.
    private static Gen<Case> Generator()
    {
        var says = Gen.Choose(-20, 20).ArrayOf(Options.Length).Select(values => values.Select((value, option) => value < Options[option].Least ? (int?)null : value).ToArray());
        var flags = Gen.Choose(0, 1).Select(value => value == 1).ArrayOf(Options.Length);
        var role = from id in Gen.Choose(1, 1_000) from priority in Gen.Choose(0, 3) from isDefault in Gen.Choose(0, 3) from said in says select new ModelRole(id, priority, isDefault == 0, said);
        return from cluster in says
               from ofSet in says
               from ofHome in says
               from locked in flags
               from node in says
               from count in Gen.Choose(0, 5)
               from roles in role.ArrayOf(count)
               from held in flags
               let distinct = roles.DistinctBy(one => one.Id).ToArray()
               select new Case(cluster, ofSet, ofHome, locked, node, distinct, [.. distinct.Where((_, i) => held[i]).Select(one => one.Id)]);
    }
}
