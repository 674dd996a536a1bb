using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for reading, saving and restoring what the cluster, a policy set or a role says.</summary>
internal sealed partial class SheetService(SheetStore store, SettingsService settings, ILogger<SheetService> logger)
{
    private static readonly Refusal PreconditionRequired = new(428, "precondition-required", "Precondition required",
        "Send the ETag of the document that you changed as 'If-Match', so that nobody's change is overwritten unseen.");

    private static readonly Refusal PreconditionFailed = new(412, "precondition-failed", "Precondition failed",
        "It was changed meanwhile: 'changes' tells what. Read it again, and repeat your change if it still makes sense.");

    public Task<IReadOnlyList<VersionedSheet>> ListAsync(SheetKind kind) => store.ListAsync(kind);

    public async Task<Answer<VersionedSheet>> FindAsync(SheetKind kind, string name) => await store.FindAsync(kind, name) is { } found ? found : Refusal.NotFound;

    public Task<Answer<VersionedSheet>> SaveAsync(SheetKind kind, string name, IfMatch? ifMatch, SavedBy by, SheetWish wish) =>
        ChangeAsync(kind, name, ifMatch, by, restoredFrom: null, found => Judge(found.Sheet, wish, by.Comment));

    /// <summary>What a save would come to, without saving it.</summary>
    public async Task<Answer<(VersionedSheet Before, SheetContent After)>> TryAsync(SheetKind kind, string name, SheetWish wish, string comment)
    {
        if (await store.FindAsync(kind, name) is not { } found) return Refusal.NotFound;
        var after = Judge(found.Sheet, wish, comment);
        return after.Refusal is { } refusal ? refusal : (found, after.Value!);
    }

    public async Task<Answer<VersionedSheet>> RestoreAsync(SheetKind kind, string name, IfMatch? ifMatch, SavedBy by, long revision)
    {
        if (await store.FindAsync(kind, name) is not { } sheet || await store.RevisionAsync(sheet.Sheet.Id, revision) is not { } old) return Refusal.NotFound;
        // Values that were right then and no longer are must not come back.
        var wish = new SheetWish(old.Options, old.Locked, old.Priority, old.IsDefault);
        return await ChangeAsync(kind, name, ifMatch, by, revision, _ => SheetChange.Errors(kind, old, wish, by.Comment) is { Count: > 0 } errors ? Refusal.Invalid(errors) : old);
    }

    /// <summary>Newest first, from below <paramref name="before"/>, <paramref name="most"/> of them.</summary>
    public async Task<Answer<IReadOnlyList<RevisionChange>>> RevisionsAsync(SheetKind kind, string name, long? before, int most)
    {
        if (await store.FindAsync(kind, name) is not { } found) return Refusal.NotFound;
        var revisions = await store.RevisionsAsync(found.Sheet.Id, before ?? long.MaxValue, most + 1);
        var changes = revisions.Select((revision, at) => revision.Since(at + 1 < revisions.Count ? revisions[at + 1] : null, found.Sheet)).Take(most).ToArray();
        return changes;
    }

    /// <summary>Nodes that wait here are answered before the administrator is.</summary>
    public async Task FollowAsync(SheetKind kind, string name, long revision)
    {
        Log.Saved(logger, kind, name, revision);
        try
        {
            await settings.RefreshAsync();
        }
        catch (StoreUnavailableException)
        {
            // It is saved; the monitor follows as soon as the store is back.
        }
    }

    private static Answer<SheetContent> Judge(Sheet sheet, SheetWish wish, string comment) =>
        SheetChange.Errors(sheet.Id.Kind, sheet.Content, wish, comment) is { Count: > 0 } errors ? Refusal.Invalid(errors) : SheetChange.Apply(sheet.Content, wish);

    private async Task<Answer<VersionedSheet>> ChangeAsync(
        SheetKind kind, string name, IfMatch? ifMatch, SavedBy by, long? restoredFrom, Func<VersionedSheet, Answer<SheetContent>> change)
    {
        if (await store.FindAsync(kind, name) is not { } sheet) return Refusal.NotFound;
        if (ifMatch is null) return PreconditionRequired;
        var saved = await store.SaveAsync(sheet.Sheet.Id, by, restoredFrom,
            (_, found) => Task.FromResult(ifMatch.Accepts(found.ETag) ? change(found) : PreconditionFailed));
        if (saved.Refusal is null) await FollowAsync(kind, name, saved.Value!.Sheet.Revision);
        return saved.Refusal == PreconditionFailed ? await ConflictAsync(kind, name, ifMatch) : saved;
    }

    private async Task<Refusal> ConflictAsync(SheetKind kind, string name, IfMatch ifMatch)
    {
        if (await store.FindAsync(kind, name) is not { } now || await store.SinceAsync(now, ifMatch) is not { } since) return Refusal.NotFound;
        return PreconditionFailed with
        {
            More = new Dictionary<string, object?> { ["revision"] = since.Revision, ["author"] = since.Author, ["savedAt"] = since.SavedAt, ["changes"] = since.Changes },
        };
    }

    private static partial class Log
    {
        [LoggerMessage(2210, LogLevel.Information, "The settings of {Kind} {Name} are at revision {Revision}")]
        public static partial void Saved(ILogger logger, SheetKind kind, string name, long revision);
    }
}
