using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Who saves, and why.</summary>
internal sealed record SavedBy(string Author, string Comment);

/// <summary>The tags that a client accepts to replace.</summary>
internal sealed record IfMatch(IReadOnlyList<string> Tags, bool Any)
{
    public bool Accepts(string etag) => Any || Tags.Contains(etag);
}

/// <summary>A policy set and the epoch of its revisions.</summary>
internal sealed record VersionedPolicySet(string Epoch, PolicySet Set)
{
    /// <summary>With the epoch: after a restore of the store the same number may stand for other contents.</summary>
    public string ETag => $"\"{Epoch}.{Set.Revision}\"";
}

/// <summary>A revision and what it changed.</summary>
internal sealed record RevisionChange(
    long Revision, DateTime SavedAt, string Author, string Comment, long? RestoredFrom, IReadOnlyDictionary<string, OptionChange> Changes);

/// <summary>Responsible for reading, saving and restoring policy sets.</summary>
internal sealed partial class PolicySetService(PolicySetStore store, SettingsService settings, ILogger<PolicySetService> logger)
{
    private static readonly Refusal PreconditionRequired = new(428, "precondition-required", "Precondition required",
        "Send the ETag of the document that you changed as 'If-Match', so that nobody's change is overwritten unseen.");

    private static readonly Refusal PreconditionFailed = new(412, "precondition-failed", "Precondition failed",
        "The policy set was changed meanwhile. Read it again, and repeat the change if it still makes sense.");

    public Task<IReadOnlyList<PolicySet>> ListAsync() => store.ListAsync();

    public async Task<Answer<VersionedPolicySet>> FindAsync(string key) => await store.FindAsync(key) is { } found ? found : Refusal.NotFound;

    public Task<Answer<VersionedPolicySet>> SaveAsync(string key, IfMatch? ifMatch, SavedBy by, IReadOnlyDictionary<string, JsonElement> wanted) =>
        ChangeAsync(key, ifMatch, by, null, found => PolicySetChange.Errors(found.Set.Said, wanted, by.Comment) is { Count: > 0 } errors
            ? Refusal.Invalid(errors)
            : PolicySetChange.Apply(found.Set.Said, wanted));

    public async Task<Answer<VersionedPolicySet>> RestoreAsync(string key, IfMatch? ifMatch, SavedBy by, long revision)
    {
        if (await store.FindAsync(key) is not { } set || await store.RevisionAsync(set.Set.Id, revision) is not { } old) return Refusal.NotFound;
        // Values that were right then and no longer are must not come back.
        return await ChangeAsync(key, ifMatch, by, revision, _ => PolicySetChange.Errors(old, old, by.Comment) is { Count: > 0 } errors
            ? Refusal.Invalid(errors)
            : PolicySetChange.Apply(old, old));
    }

    /// <summary>Newest first, from below <paramref name="before"/>, <paramref name="most"/> of them.</summary>
    public async Task<Answer<IReadOnlyList<RevisionChange>>> RevisionsAsync(string key, long? before, int most)
    {
        if (await store.FindAsync(key) is not { } found) return Refusal.NotFound;
        var revisions = await store.RevisionsAsync(found.Set.Id, before ?? long.MaxValue, most + 1);
        var changes = revisions.Select((revision, at) => revision.Since(at + 1 < revisions.Count ? revisions[at + 1] : null)).Take(most).ToArray();
        return changes;
    }

    private async Task<Answer<VersionedPolicySet>> ChangeAsync(
        string key, IfMatch? ifMatch, SavedBy by, long? restoredFrom, Func<VersionedPolicySet, Answer<SortedDictionary<string, JsonElement>>> change)
    {
        if (ifMatch is null) return await store.FindAsync(key) is null ? Refusal.NotFound : PreconditionRequired;
        var saved = await store.SaveAsync(key, by, restoredFrom, found => ifMatch.Accepts(found.ETag) ? change(found) : PreconditionFailed);
        if (saved.Refusal is null) await FollowAsync(key, saved.Value!.Set.Revision);
        return saved;
    }

    /// <summary>Nodes that wait here are answered before the administrator is.</summary>
    private async Task FollowAsync(string key, long revision)
    {
        Log.Saved(logger, key, revision);
        try
        {
            await settings.RefreshAsync();
        }
        catch (StoreUnavailableException)
        {
            // It is saved; the monitor follows as soon as the store is back.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2210, LogLevel.Information, "Policy set {Key} is at revision {Revision}")]
        public static partial void Saved(ILogger logger, string key, long revision);
    }
}
