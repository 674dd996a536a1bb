using System.Collections.Concurrent;
using System.Text.Json;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Settings;

/// <summary>The options in force for people with the same roles.</summary>
/// <param name="Values">Of every option, by key.</param>
/// <param name="Options">The same, typed.</param>
/// <param name="ForClients">Those that clients are told.</param>
internal sealed record PersonRules(IReadOnlyDictionary<string, JsonElement> Values, PolicyOptions Options, IReadOnlyDictionary<string, JsonElement> ForClients);

/// <summary>
/// Responsible for the options in force for a person: what the node applies, and over it what their roles say. Roles are named as the store
/// lists them: ids separated by commas, nothing for none.
/// </summary>
internal sealed class PeopleRules
{
    /// <summary>Sets of roles that are remembered; there are few.</summary>
    private const int MostKnown = 1_000;

    private volatile State _state = new(new Dictionary<string, JsonElement>(), null);

    /// <summary>For somebody who acts here, by the roles that they were given.</summary>
    public PersonRules Of(string roles) => _state.Of(roles);

    /// <summary>What the set <paramref name="homeSetId"/> decides for somebody with these roles whose home it is. Only options of home sets may be read from it.</summary>
    public PolicyOptions AtHome(int homeSetId, string roles) => _state.OfHome(homeSetId, roles);

    /// <summary>Whether this holds of the options of anybody here, whatever their roles.</summary>
    public bool HoldsForSomebody(Predicate<PolicyOptions> condition) => _state.HoldsForSomebody(condition);

    /// <summary>May a message be left for somebody offline with these roles whose home is the set <paramref name="homeSetId"/>?</summary>
    public bool AllowsOfflineMessages(int homeSetId, string roles) => _state.OfHome(homeSetId, roles).Messages.AllowOffline;

    /// <summary>May nobody write directly to somebody with these roles whose home is the set <paramref name="homeSetId"/>?</summary>
    public bool IsSilent(int homeSetId, string roles) => _state.OfHome(homeSetId, roles).Permissions.Silent;

    /// <param name="document">As Central composed it.</param>
    /// <param name="inForce">With what the node's own file says.</param>
    internal void Replace(SettingsDocument document, IReadOnlyDictionary<string, JsonElement> inForce) => _state = new(inForce, document);

    private sealed class State(IReadOnlyDictionary<string, JsonElement> inForce, SettingsDocument? document)
    {
        private readonly ConcurrentDictionary<string, PersonRules> _acting = new();
        private readonly ConcurrentDictionary<(int HomeSetId, string Roles), PolicyOptions> _atHome = new();

        public PersonRules Of(string roles) => Remembered(_acting, roles, () =>
        {
            var values = With(inForce, roles);
            return new(values, OptionBinding.Bind(values), values.Where(option => OptionCatalogue.All[option.Key].ForClients).ToDictionary());
        });

        public bool HoldsForSomebody(Predicate<PolicyOptions> condition) =>
            condition(Of("").Options) || document?.Roles.Any(role => condition(Of($"{role.Id}").Options)) == true;

        public PolicyOptions OfHome(int homeSetId, string roles) => Remembered(_atHome, (homeSetId, roles), () => OptionBinding.Bind(With(
            document?.Homes.GetValueOrDefault($"{homeSetId}") ?? new Dictionary<string, JsonElement>(), roles)));

        private SortedDictionary<string, JsonElement> With(IReadOnlyDictionary<string, JsonElement> below, string roles)
        {
            var given = roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
            var held = RoleOptions.HeldBy(document?.Roles ?? [], given);
            return (OptionLayers.OfSet(new Dictionary<string, JsonElement>(), "", below) with { Roles = held }).Compose();
        }

        private static TValue Remembered<TKey, TValue>(ConcurrentDictionary<TKey, TValue> known, TKey key, Func<TValue> make) where TKey : notnull
        {
            if (known.TryGetValue(key, out var value)) return value;
            if (known.Count >= MostKnown) known.Clear();
            return known[key] = make();
        }
    }
}
