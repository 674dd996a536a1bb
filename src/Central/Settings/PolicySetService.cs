using System.Text.RegularExpressions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for which policy sets there are: made, cloned, renamed and deleted. What they say is a sheet.</summary>
internal sealed partial class PolicySetService(PolicySetStore sets, SheetStore sheets, SheetService sheetService)
{
    private static readonly Refusal Taken = new(409, "policy-set-exists", "Policy set exists", "Another policy set has this key or this prefix. Choose others.");

    /// <summary>A new set: empty, or with what <paramref name="from"/> says. Its prefix is its key where none is given.</summary>
    public async Task<Answer<VersionedSheet>> CreateAsync(string key, string? prefix, string? from, SavedBy by)
    {
        if (Errors(key, prefix ?? key, by.Comment) is { Count: > 0 } errors) return Refusal.Invalid(errors);
        var source = from is null ? null : await sheets.FindAsync(SheetKind.Set, from);
        if (from is not null && source is null) return Refusal.Invalid("from", $"there is no policy set '{from}'.");
        if (!await sets.AddAsync(key, prefix ?? key, source?.Sheet.Content ?? SheetContent.Empty, by)) return Taken;
        return await FollowAsync(key);
    }

    /// <summary>Gives the set another key or prefix, or both. Clients of the old address find nothing there any more.</summary>
    public async Task<Answer<VersionedSheet>> RenameAsync(string key, string? newKey, string? prefix, SavedBy by)
    {
        if (await sheets.FindAsync(SheetKind.Set, key) is not { } set) return Refusal.NotFound;
        if (Errors(newKey ?? key, prefix ?? set.Sheet.Prefix, by.Comment) is { Count: > 0 } errors) return Refusal.Invalid(errors);
        if (!await sets.RenameAsync(set.Sheet.Id, newKey, prefix, by)) return Taken;
        return await FollowAsync(newKey ?? key);
    }

    /// <summary>
    /// Deletes a set that no node serves. People whose home it is get the home set <paramref name="homeTo"/>; where there are some and none
    /// is named it is refused.
    /// </summary>
    public async Task<Answer<bool>> DeleteAsync(string key, string? homeTo)
    {
        if (await sheets.FindAsync(SheetKind.Set, key) is not { } set) return Refusal.NotFound;
        var heir = homeTo is null ? null : await sheets.FindAsync(SheetKind.Set, homeTo);
        if (homeTo is not null && (heir is null || homeTo == key)) return Refusal.Invalid("homeTo", "must be the key of another policy set.");
        var inUse = await sets.RemoveAsync(set.Sheet.Id, heir?.Sheet.Id.OwnerId);
        if (inUse.IsGone) return Refusal.Invalid("homeTo", "must be the key of another policy set.");
        if (inUse.Nodes.Count > 0)
            return new Refusal(409, "policy-set-in-use", "Policy set in use", $"Nodes serve it: {string.Join(", ", inUse.Nodes)}. Enrol them for another set or remove them first.");
        if (inUse.People > 0)
            return new Refusal(409, "policy-set-in-use", "Policy set in use", $"It is the home set of {inUse.People} people. Name the set that becomes their home as 'homeTo'.");
        await sheetService.FollowAsync(SheetKind.Set, key, 0);
        return true;
    }

    private async Task<Answer<VersionedSheet>> FollowAsync(string key)
    {
        if (await sheets.FindAsync(SheetKind.Set, key) is not { } set) return Refusal.NotFound; // renamed again meanwhile
        await sheetService.FollowAsync(SheetKind.Set, key, set.Sheet.Revision);
        return set;
    }

    private static Dictionary<string, string[]> Errors(string key, string prefix, string comment)
    {
        var errors = SheetChange.Errors(SheetKind.Set, SheetContent.Empty, new(SheetContent.Empty.Options), comment);
        JudgeNames(key, prefix, errors);
        return errors;
    }

    public static void JudgeNames(string key, string prefix, Dictionary<string, string[]> errors)
    {
        if (!Name().IsMatch(key)) errors["key"] = ["must have 1 to 32 of a-z, 0-9 and '-', beginning with a letter."];
        if (!Name().IsMatch(prefix)) errors["prefix"] = ["must have 1 to 32 of a-z, 0-9 and '-', beginning with a letter: it is the first part of the path, without '/'."];
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex Name();
}
