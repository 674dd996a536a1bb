using System.Text.Json;

namespace IntraMessenger.Central.Settings;

/// <summary>What a sheet is to say; it is made where there is none.</summary>
/// <param name="Prefix">Of a policy set; null leaves it, or takes the key for a new one.</param>
/// <param name="IfMatch">What it may be made of, where it differs at all: without a tag only what is not there yet.</param>
/// <param name="Becomes">What it says, from what it said.</param>
internal sealed record WantedSheet(SheetKind Kind, string Name, string? Prefix, IfMatch IfMatch, Func<SheetContent, SheetContent> Becomes);

/// <summary>What differs between a sheet and what it is to say.</summary>
internal sealed record SheetDifference(SheetKind Kind, string Name, bool IsNew, IReadOnlyDictionary<string, OptionChange> Changes)
{
    /// <summary>Such as <c>policy set a</c>.</summary>
    public string Title => SheetBatch.TitleOf(Kind, Name);
}

/// <summary>A sheet with what it is to say, and the errors or the difference that it comes to.</summary>
/// <param name="Prefix">Of a policy set: the one that it is to have.</param>
internal sealed record SheetStep(VersionedSheet? Found, WantedSheet Wanted, string Prefix, SheetContent Next, SheetDifference Difference)
{
    public bool Changes => Difference.IsNew || Difference.Changes.Count > 0;

    /// <summary>Whether it would be saved over what who wants it has not seen.</summary>
    /// <param name="isOfThisStore">Whether a tag is of the epoch of the store: what it names was there then.</param>
    public bool IsBlind(Predicate<string> isOfThisStore) =>
        Changes && (Found is null ? Wanted.IfMatch.Tags.Any(tag => isOfThisStore(tag)) : !Wanted.IfMatch.Accepts(Found.ETag));
}

/// <summary>Responsible for what several sheets come to at once: data in, the steps or all that is wrong out.</summary>
internal static class SheetBatch
{
    public static IReadOnlyList<SheetStep> Of(IReadOnlyList<WantedSheet> wanted, IReadOnlyList<VersionedSheet> sheets) =>
        [.. wanted.Select(one => Step(one, sheets.FirstOrDefault(found => IsNamed(found.Sheet, one))))];

    public static Dictionary<string, string[]> Errors(IReadOnlyList<SheetStep> steps, string comment) =>
        steps.SelectMany(step => Errors(step, comment)).DistinctBy(error => error.Key).ToDictionary(error => error.Key, error => error.Value);

    public static string TitleOf(SheetKind kind, string name) => kind switch { SheetKind.Cluster => "cluster defaults", SheetKind.Set => $"policy set {name}", _ => $"role {name}" };

    /// <summary>The store does not tell names of roles apart by capitals.</summary>
    private static bool IsNamed(Sheet sheet, WantedSheet wanted) =>
        sheet.Id.Kind == wanted.Kind && sheet.Name.Equals(wanted.Name, wanted.Kind == SheetKind.Role ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static SheetStep Step(WantedSheet wanted, VersionedSheet? found)
    {
        var before = found?.Sheet.Content ?? SheetContent.Empty;
        var next = wanted.Becomes(before);
        var prefix = wanted.Prefix ?? found?.Sheet.Prefix ?? (wanted.Kind == SheetKind.Set ? wanted.Name : "");
        var changes = SheetChange.Between(before, next);
        if (found is not null) SheetChange.Rename(changes, "prefix", found.Sheet.Prefix, prefix);
        return new(found, wanted, prefix, next, new(wanted.Kind, wanted.Name, found is null, changes));
    }

    /// <summary>Only what differs is judged: what stays may have been right for an older or a newer program.</summary>
    private static IEnumerable<KeyValuePair<string, string[]>> Errors(SheetStep step, string comment)
    {
        var (kind, said, next) = (step.Wanted.Kind, step.Found?.Sheet.Content ?? SheetContent.Empty, step.Next);
        var options = next.Options.Where(option => !said.Options.TryGetValue(option.Key, out var before) || !JsonElement.DeepEquals(before, option.Value)).ToDictionary();
        var errors = SheetChange.Errors(kind, said, new(options, step.Difference.Changes.ContainsKey("locked") ? next.Locked : null, next.Priority, next.IsDefault), comment);
        if (kind == SheetKind.Set && (step.Difference.IsNew || step.Difference.Changes.ContainsKey("prefix"))) PolicySetService.JudgeNames(step.Wanted.Name, step.Prefix, errors);
        if (kind == SheetKind.Role && step.Difference.IsNew && RoleService.WhyNotNamed(step.Wanted.Name) is { } why) errors["name"] = [why];
        return errors.Select(error => KeyValuePair.Create(error.Key == "comment" ? error.Key : $"{step.Difference.Title}: {error.Key}", error.Value));
    }
}
