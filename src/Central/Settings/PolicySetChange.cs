using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

/// <summary>What a revision made of one option; null is the inherited value.</summary>
internal sealed record OptionChange(JsonElement? From, JsonElement? To);

/// <summary>Responsible for what a save comes to: data in, the new values or what is wrong with them out.</summary>
internal static class PolicySetChange
{
    public const int MostKeys = 200;
    public const int LongestComment = 500;

    /// <summary>What is wrong with a wish, by key; empty where nothing is.</summary>
    public static Dictionary<string, string[]> Errors(IReadOnlyDictionary<string, JsonElement> said, IReadOnlyDictionary<string, JsonElement> wanted, string comment)
    {
        if (wanted.Count > MostKeys) return new() { ["options"] = [$"may name {MostKeys} options at the most."] };
        // Returning to the inherited value is right for every option, also for one that only a newer program knows.
        var judged = wanted.Where(option => option.Value.ValueKind != JsonValueKind.Null || !said.ContainsKey(option.Key) && !OptionCatalogue.All.ContainsKey(option.Key));
        var errors = OptionCatalogue.Errors(judged, strict: true);
        if (comment.Length > LongestComment) errors["comment"] = [$"may have {LongestComment} characters at the most."];
        else if (comment.Any(character => char.IsControl(character) && character is not ('\n' or '\t'))) errors["comment"] = ["may not have control characters."];
        return errors;
    }

    /// <summary>What the set says afterwards, in the order of the keys.</summary>
    public static SortedDictionary<string, JsonElement> Apply(IReadOnlyDictionary<string, JsonElement> said, IReadOnlyDictionary<string, JsonElement> wanted)
    {
        var next = new SortedDictionary<string, JsonElement>(said.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in wanted)
        {
            if (value.ValueKind == JsonValueKind.Null) next.Remove(key);
            else next[key] = value;
        }

        return next;
    }

    /// <summary>What differs, by key.</summary>
    public static SortedDictionary<string, OptionChange> Between(IReadOnlyDictionary<string, JsonElement> before, IReadOnlyDictionary<string, JsonElement> after)
    {
        var changes = new SortedDictionary<string, OptionChange>(StringComparer.Ordinal);
        foreach (var key in before.Keys.Union(after.Keys))
        {
            JsonElement? from = before.TryGetValue(key, out var old) ? old : null;
            JsonElement? to = after.TryGetValue(key, out var next) ? next : null;
            if (from is null || to is null || !JsonElement.DeepEquals(from.Value, to.Value)) changes[key] = new(from, to);
        }

        return changes;
    }
}
