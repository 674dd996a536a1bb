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
        var (steps, errors) = SheetBatch.Of(wanted, await sheets.AllAsync(), comment);
        return errors.Count > 0 ? Refusal.Invalid(errors) : Differences(steps);
    }

    /// <summary>What it changed; a sheet that says what it is to say gets no revision.</summary>
    public async Task<Answer<IReadOnlyList<SheetDifference>>> SaveAsync(IReadOnlyList<WantedSheet> wanted, SavedBy by)
    {
        SheetDifference[] attempted = [];
        try
        {
            return await store.TransactAsync<Answer<IReadOnlyList<SheetDifference>>>(async transaction =>
            {
                var (steps, errors) = SheetBatch.Of(wanted, await SheetStore.LockAllAsync(transaction), by.Comment);
                if (errors.Count > 0)
                {
                    transaction.Abandon();
                    return Refusal.Invalid(errors);
                }

                foreach (var step in steps.Where(step => step.Changes)) await SaveAsync(transaction, step, by);
                // Where an earlier run whose COMMIT lost its connection saved, this one finds nothing left to do.
                return attempted = Differences(steps) is { Length: > 0 } differences ? differences : attempted;
            });
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return Taken;
        }
    }

    private static SheetDifference[] Differences(IEnumerable<SheetStep> steps) => [.. steps.Where(step => step.Changes).Select(step => step.Difference)];

    private static async Task SaveAsync(StoreTransaction transaction, SheetStep step, SavedBy by)
    {
        if (step.Found is { Sheet: var sheet })
        {
            if (sheet.Prefix != step.Prefix) await transaction.ExecuteAsync("UPDATE policy_sets SET prefix = @Prefix WHERE id = @OwnerId", new { step.Prefix, sheet.Id.OwnerId });
            await SheetStore.AddNextAsync(transaction, sheet with { Content = step.Next }, by);
        }
        else if (step.Wanted.Kind == SheetKind.Set) await PolicySetStore.AddAsync(transaction, step.Wanted.Name, step.Prefix, step.Next, by);
        else await RoleStore.AddAsync(transaction, step.Wanted.Name, step.Next, by);
    }
}
