using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for what a save comes to: data in, the new content or what is wrong with it out.</summary>
internal static class SheetChange
{
    public const int MostKeys = 200;
    public const int LongestComment = 500;
    public const int HighestPriority = 1_000;

    /// <summary>What is wrong with a wish, by key; empty where nothing is.</summary>
    public static Dictionary<string, string[]> Errors(SheetKind kind, SheetContent said, SheetWish wish, string comment)
    {
        if (wish.Options.Count > MostKeys) return new() { ["options"] = [$"may name {MostKeys} options at the most."] };
        // Returning to the inherited value is right for every option, also for one that only a newer program knows.
        var judged = wish.Options.Where(option => option.Value.ValueKind != JsonValueKind.Null || !said.Options.ContainsKey(option.Key) && !OptionCatalogue.All.ContainsKey(option.Key));
        var errors = OptionCatalogue.Errors(judged, strict: true);
        foreach (var key in wish.Options.Keys.Where(key => kind == SheetKind.Role && OptionCatalogue.All.TryGetValue(key, out var option) && !option.ByRole))
            errors[key] = ["cannot differ by role: it holds for a node or a policy set as a whole."];
        JudgeLocks(kind, wish.Locked, errors);
        if (wish.Priority is not null && kind != SheetKind.Role) errors["priority"] = ["only roles have one."];
        else if (wish.Priority is < 0 or > HighestPriority) errors["priority"] = [$"must be from 0 to {HighestPriority}."];
        if (wish.IsDefault is not null && kind != SheetKind.Role) errors["isDefault"] = ["only roles have it."];
        if (comment.Length > LongestComment) errors["comment"] = [$"may have {LongestComment} characters at the most."];
        else if (comment.Any(character => char.IsControl(character) && character is not ('\n' or '\t'))) errors["comment"] = ["may not have control characters."];
        return errors;
    }

    /// <summary>What the sheet says afterwards, in the order of the keys.</summary>
    public static SheetContent Apply(SheetContent said, SheetWish wish)
    {
        var next = new SortedDictionary<string, JsonElement>(said.Options.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in wish.Options)
        {
            if (value.ValueKind == JsonValueKind.Null) next.Remove(key);
            else next[key] = value;
        }

        var locked = wish.Locked is null ? said.Locked : wish.Locked.Distinct().Order(StringComparer.Ordinal).ToArray();
        return new(next, locked is { Count: > 0 } ? locked : null, wish.Priority ?? said.Priority, wish.IsDefault ?? said.IsDefault);
    }

    /// <summary>What differs, by key; what is no option has a name without a dot.</summary>
    public static SortedDictionary<string, OptionChange> Between(SheetContent before, SheetContent after)
    {
        var changes = new SortedDictionary<string, OptionChange>(StringComparer.Ordinal);
        var (old, next) = (Members(before), Members(after));
        foreach (var key in old.Keys.Union(next.Keys))
        {
            JsonElement? from = old.TryGetValue(key, out var was) ? was : null;
            JsonElement? to = next.TryGetValue(key, out var becomes) ? becomes : null;
            if (from is null || to is null || !JsonElement.DeepEquals(from.Value, to.Value)) changes[key] = new(from, to);
        }

        return changes;
    }

    /// <summary>Adds that a policy set is called something else, where it is.</summary>
    public static void Rename(SortedDictionary<string, OptionChange> changes, string name, string from, string to)
    {
        if (from != to) changes[name] = new(JsonSerializer.SerializeToElement(from), JsonSerializer.SerializeToElement(to));
    }

    /// <summary>A line for each change, such as <c>contacts.max: 3 -> inherited</c>.</summary>
    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, OptionChange> changes) => changes.Select(change => $"  {change.Key}: {Shown(change.Value.From)} -> {Shown(change.Value.To)}");

    private static string Shown(JsonElement? value) => value?.GetRawText() ?? "inherited";

    private static Dictionary<string, JsonElement> Members(SheetContent content)
    {
        var members = content.Options.ToDictionary();
        if (content.Locked is { Count: > 0 } locked) members["locked"] = JsonSerializer.SerializeToElement(locked, Json.Options);
        if (content.Priority is { } priority) members["priority"] = JsonSerializer.SerializeToElement(priority);
        if (content.IsDefault is { } isDefault) members["isDefault"] = JsonSerializer.SerializeToElement(isDefault);
        return members;
    }

    private static void JudgeLocks(SheetKind kind, IReadOnlyList<string>? locked, Dictionary<string, string[]> errors)
    {
        if (locked is null) return;
        var wrong = locked.FirstOrDefault(key => key is null || !OptionCatalogue.All.TryGetValue(key, out var option) || !option.ByNode);
        if (kind != SheetKind.Set) errors["locked"] = ["only policy sets lock options."];
        else if (wrong is not null) errors["locked"] = [$"'{wrong}' is not an option that a node may override: there is nothing to lock."];
    }
}
