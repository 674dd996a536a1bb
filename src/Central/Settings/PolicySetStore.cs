using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Who needs a policy set that was to be deleted; nobody where it was.</summary>
internal sealed record PolicySetUse(IReadOnlyList<string> Nodes, int People)
{
    /// <summary>The set that was to become the home of its people is not there any more.</summary>
    public bool IsGone { get; init; }
}

internal sealed class PolicySetStore(Store store)
{
    /// <summary>False where the key or the prefix is taken.</summary>
    public Task<bool> AddAsync(string key, string prefix, SheetContent content, SavedBy by) =>
        SheetStore.CreateAsync(store, (transaction, creationId) => AddAsync(transaction, key, prefix, content, by, creationId));

    public static async Task AddAsync(StoreTransaction transaction, string key, string prefix, SheetContent content, SavedBy by, string? creationId = null)
    {
        var id = await transaction.QuerySingleAsync<int>("""
            INSERT INTO policy_sets (set_key, prefix) VALUES (@key, @prefix);
            SET @id = LAST_INSERT_ID();
            INSERT INTO place_counters (policy_set_id, taken, reaped_at) VALUES (@id, 0, '2000-01-01');
            SELECT @id
            """, new { key, prefix });
        await SheetStore.AddAsync(transaction, new(SheetKind.Set, id), content, by, creationId);
    }

    /// <summary>As a revision of its own, which says who did it. False where the key or the prefix is taken.</summary>
    public async Task<bool> RenameAsync(SheetId id, string? newKey, string? newPrefix, SavedBy by)
    {
        try
        {
            await store.TransactAsync(async transaction =>
            {
                if (await SheetStore.LockAsync(transaction, id) is not { } set) return;
                var (key, prefix) = (newKey ?? set.Sheet.Name, newPrefix ?? set.Sheet.Prefix);
                if ((set.Sheet.Name, set.Sheet.Prefix) == (key, prefix)) return;
                var why = by with { Comment = by.Comment.Length > 0 ? by.Comment : $"Renamed from {set.Sheet.Name} (/{set.Sheet.Prefix}) to {key} (/{prefix})" };
                await SheetStore.AddNextAsync(transaction, await SheetStore.RenameAsync(transaction, set.Sheet, key, prefix), why);
            });
            return true;
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return false;
        }
    }

    /// <summary>Deletes the set where nobody needs it, with the sessions under it; its people get the home set <paramref name="heirId"/>.</summary>
    public Task<PolicySetUse> RemoveAsync(SheetId id, int? heirId) => store.TransactAsync(async transaction =>
    {
        // In the order of their ids: of two sets that become each other's heirs one stays.
        foreach (var owner in new[] { id.OwnerId, heirId ?? id.OwnerId }.Distinct().Order())
        {
            if (await SheetStore.LockAsync(transaction, id with { OwnerId = owner }) is null) return new PolicySetUse([], 0) { IsGone = owner == heirId };
        }

        var parameters = new { id.OwnerId, heirId };
        var nodes = (await transaction.QueryAsync<string>("SELECT name FROM nodes WHERE policy_set_id = @OwnerId ORDER BY name FOR UPDATE", parameters)).AsList();
        var people = await transaction.QuerySingleAsync<int>("SELECT COUNT(*) FROM accounts WHERE home_set_id = @OwnerId AND state <> 'erased'", parameters);
        if (nodes.Count > 0 || people > 0 && heirId is null)
        {
            transaction.Abandon();
            return new PolicySetUse(nodes, people);
        }

        await transaction.ExecuteAsync("""
            UPDATE accounts SET home_set_id = @heirId WHERE home_set_id = @OwnerId AND @heirId IS NOT NULL;
            DELETE FROM sessions WHERE policy_set_id = @OwnerId;
            DELETE FROM places WHERE policy_set_id = @OwnerId;
            DELETE FROM place_counters WHERE policy_set_id = @OwnerId;
            DELETE FROM policy_sets WHERE id = @OwnerId
            """, parameters);
        if (people > 0) await HoldersVersion.RaiseAsync(transaction);
        await SheetStore.RemoveAsync(transaction, id);
        return new PolicySetUse([], 0);
    });
}
