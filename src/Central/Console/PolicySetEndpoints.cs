using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Net.Http.Headers;

namespace IntraMessenger.Central.Console;

internal static class PolicySetEndpoints
{
    public static async Task<IResult> ListAsync(PolicySetService sets) =>
        Results.Json(new ItemList<PolicySetItem>([.. (await sets.ListAsync()).Select(set => new PolicySetItem(set.Key, set.Prefix, set.Revision))]));

    public static async Task<IResult> GetAsync(HttpContext context, string key, PolicySetService sets) => Document(context, await sets.FindAsync(key));

    public static async Task<IResult> SaveAsync(HttpContext context, string key, SavePolicySet wanted, PolicySetService sets) =>
        Document(context, await sets.SaveAsync(key, IfMatch(context), new(context.ConsoleSession().Username, wanted.Comment ?? ""), wanted.Options));

    public static async Task<IResult> RestoreAsync(HttpContext context, string key, long revision, RestoreRevision wanted, PolicySetService sets) =>
        Document(context, await sets.RestoreAsync(key, IfMatch(context), new(context.ConsoleSession().Username, wanted.Comment ?? ""), revision));

    public static async Task<IResult> RevisionsAsync(string key, PolicySetService sets, long? after = null, int? limit = null)
    {
        var most = Limits.Items(limit);
        var answer = await sets.RevisionsAsync(key, after, most + 1);
        return answer.ToResult(revisions => Results.Json(new ItemList<RevisionItem>(
            [.. revisions.Take(most).Select(Item)],
            revisions.Count > most ? $"{revisions[most - 1].Revision}" : null)));
    }

    private static RevisionItem Item(RevisionChange change) =>
        new(change.Revision, change.SavedAt, change.Author, change.Comment, change.RestoredFrom,
            change.Changes.ToDictionary(changed => changed.Key, changed => new ChangedValue(changed.Value.From, changed.Value.To)));

    private static IResult Document(HttpContext context, Answer<VersionedPolicySet> answer) => answer.ToResult(found =>
    {
        context.Response.Headers.ETag = found.ETag;
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Json(new PolicySetDocument(found.Set.Key, found.Set.Prefix, found.Set.Revision, found.Set.Said, OptionCatalogue.Compose(found.Set.Said)));
    });

    /// <summary>The tags that the client accepts to replace; null where it names none. Something unreadable accepts nothing.</summary>
    private static IfMatch? IfMatch(HttpContext context)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return null;
        return EntityTagHeaderValue.TryParseStrictList(header, out var tags)
            ? new([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString())], tags.Contains(EntityTagHeaderValue.Any))
            : new([], false);
    }
}
