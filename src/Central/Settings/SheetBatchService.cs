using System.Data.Common;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for saving several sheets at once: all of them or none.</summary>
internal sealed class SheetBatchService(Store store, SheetStore sheets)
{
    private static readonly Refusal Taken = new(409, "policy-set-exists", "Policy set exists", "Another policy set has this prefix, or somebody made one of these sets or roles at the same moment. Choose another prefix, or try again.");

    public Task<IReadOnlyList<VersionedSheet>> AllAsync() => sheets.AllAsync();

    /// <summary>What a save would change, without saving it.</summary>
    public async Task<Answer<IReadOnlyList<SheetDifference>>> TryAsync(IReadOnlyList<WantedSheet> wanted, string comment)
    {
        var found = await sheets.AllAsync();
        var steps = SheetBatch.Of(wanted, found);
        if (Blind(steps, found) is { Length: > 0 } blind) return await ConflictAsync(blind);
        return SheetBatch.Errors(steps, comment) is { Count: > 0 } errors ? Refusal.Invalid(errors) : Differences(steps);
    }

    /// <summary>What it changed; a sheet that says what it is to say gets no revision.</summary>
    public async Task<Answer<IReadOnlyList<SheetDifference>>> SaveAsync(IReadOnlyList<WantedSheet> wanted, SavedBy by)
    {
        SheetDifference[] attempted = [];
        SheetStep[] blind = [];
        try
        {
            var saved = await store.TransactAsync<Answer<IReadOnlyList<SheetDifference>>>(async transaction =>
            {
                var found = await SheetStore.LockAllAsync(transaction);
                var steps = SheetBatch.Of(wanted, found);
                blind = Blind(steps, found);
                var errors = SheetBatch.Errors(steps, by.Comment);
                if (blind.Length > 0 || errors.Count > 0)
                {
                    transaction.Abandon();
                    return Refusal.Invalid(errors);
                }

                foreach (var step in steps.Where(step => step.Changes)) await SaveAsync(transaction, step, by);
                // Where an earlier run whose COMMIT lost its connection saved, this one finds nothing left to do.
                return attempted = Differences(steps) is { Length: > 0 } differences ? differences : attempted;
            });
            return blind.Length > 0 ? await ConflictAsync(blind) : saved;
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return Taken;
        }
    }

    private static SheetStep[] Blind(IReadOnlyList<SheetStep> steps, IReadOnlyList<VersionedSheet> found) => [.. steps.Where(step => step.IsBlind(found[0].IsOfThisEpoch))];

    private async Task<Refusal> ConflictAsync(SheetStep[] blind)
    {
        var lines = new List<string>();
        foreach (var step in blind) lines.AddRange(await LinesAsync(step));
        return new(412, "precondition-failed", "Precondition failed", string.Join(Environment.NewLine, lines));
    }

    private async Task<IEnumerable<string>> LinesAsync(SheetStep step)
    {
        var title = step.Difference.Title;
        if (step.Found is not null && step.Wanted.IfMatch.Tags.Count == 0) return [$"{title}: it exists, and nothing says which revision of it this was made from."];
        if (step.Found is not { } found || await sheets.SinceAsync(found, step.Wanted.IfMatch) is not { } since) return [$"{title}: it was deleted or renamed since the revision that this was made from."];
        var made = since.Read is { } read ? $"made from revision {read}"
            : step.Wanted.IfMatch.Tags.Any(tag => found.IsOfThisEpoch(tag) && found.RevisionOf(tag) is null) ? "made from another that had this name"
            : "not made from a revision that is known here";
        return [$"{title}: this was {made}, and it is at {since.Revision}, saved by {since.Author}{(since.Comment.Length > 0 ? $" ({since.Comment.ReplaceLineEndings(" ")})" : "")}. Changed since:", .. SheetChange.Lines(since.Changes)];
    }

    private static SheetDifference[] Differences(IEnumerable<SheetStep> steps) => [.. steps.Where(step => step.Changes).Select(step => step.Difference)];

    private static async Task SaveAsync(StoreTransaction transaction, SheetStep step, SavedBy by)
    {
        if (step.Found is { Sheet: var sheet })
        {
            var named = sheet.Prefix == step.Prefix ? sheet : await SheetStore.RenameAsync(transaction, sheet, sheet.Name, step.Prefix);
            await SheetStore.AddNextAsync(transaction, named with { Content = step.Next }, by);
        }
        else if (step.Wanted.Kind == SheetKind.Set) await PolicySetStore.AddAsync(transaction, step.Wanted.Name, step.Prefix, step.Next, by);
        else await RoleStore.AddAsync(transaction, step.Wanted.Name, step.Next, by);
    }
}
