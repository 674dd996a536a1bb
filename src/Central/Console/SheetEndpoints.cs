using IntraMessenger.Central.Impact;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using Microsoft.Net.Http.Headers;

namespace IntraMessenger.Central.Console;

/// <summary>What the cluster, policy sets and roles have in common: reading, saving, trying, the history.</summary>
internal sealed class SheetEndpoints(SheetKind kind, Func<VersionedSheet, object> document)
{
    private const string Whole = "";

    /// <summary>Maps reading, saving and the history below <paramref name="group"/>; its path names the sheet as <c>name</c>, where it has one.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("", async (HttpContext context, SheetService sheets) => Document(context, await sheets.FindAsync(kind, Name(context))));
        group.MapPut("", SaveAsync);
        group.MapGet("/revisions", RevisionsAsync);
        group.MapPost("/revisions/{revision}/restore", async (HttpContext context, long revision, RestoreRevision wanted, SheetService sheets) =>
            Document(context, await sheets.RestoreAsync(kind, Name(context), IfMatch(context), By(context, wanted.Comment), revision)));
    }

    public IResult Document(HttpContext context, Answer<VersionedSheet> answer, int status = StatusCodes.Status200OK) => answer.ToResult(found =>
    {
        context.Response.Headers.ETag = found.ETag;
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Json(document(found), statusCode: status);
    });

    public static SavedBy By(HttpContext context, string? comment) => new(context.ConsoleSession().Username, comment ?? "");

    // With dryRun nothing is saved, so that no tag is needed either.
    private async Task<IResult> SaveAsync(HttpContext context, SaveSheet wanted, SheetService sheets, ImpactService impact, bool dryRun = false)
    {
        var wish = new SheetWish(wanted.Options, wanted.Locked, wanted.Priority, wanted.IsDefault);
        if (!dryRun) return Document(context, await sheets.SaveAsync(kind, Name(context), IfMatch(context), By(context, wanted.Comment), wish));
        var tried = await sheets.TryAsync(kind, Name(context), wish, wanted.Comment ?? "");
        return tried.Refusal is { } refusal ? refusal.ToResult() : Results.Json(await impact.OfAsync(tried.Value.Before.Sheet, tried.Value.After));
    }

    private async Task<IResult> RevisionsAsync(HttpContext context, SheetService sheets, long? after = null, int? limit = null)
    {
        var most = Limits.Items(limit);
        var answer = await sheets.RevisionsAsync(kind, Name(context), after, most + 1);
        return answer.ToResult(revisions => Results.Json(new ItemList<RevisionChange>([.. revisions.Take(most)], revisions.Count > most ? $"{revisions[most - 1].Revision}" : null)));
    }

    private static string Name(HttpContext context) => context.Request.RouteValues["name"] as string ?? Whole;

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
