using System.Text;
using Dapper;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for which roles there are and who holds them. What they say is a sheet.</summary>
internal sealed class RoleService(RoleStore roles, SheetStore sheets, SheetService sheetService)
{
    private const int LongestName = 64;
    private static readonly Refusal Taken = new(409, "role-exists", "Role exists", "There is a role of this name. Choose another.");
    public static readonly Refusal UserNotFound = new(404, "user-not-found", "User not found", "There is no account of this name. Check how it is written.");

    public async Task<Answer<VersionedSheet>> CreateAsync(string name, SheetWish wish, SavedBy by)
    {
        var errors = SheetChange.Errors(SheetKind.Role, SheetContent.Empty, wish, by.Comment);
        if (WhyNotNamed(name) is { } why) errors["name"] = [why];
        if (errors.Count > 0) return Refusal.Invalid(errors);
        var content = SheetChange.Apply(SheetContent.Empty with { Priority = 0 }, wish);
        if (!await roles.AddAsync(name, content, by)) return Taken;
        await sheetService.FollowAsync(SheetKind.Role, name, 1);
        return await sheetService.FindAsync(SheetKind.Role, name);
    }

    public static string? WhyNotNamed(string name) =>
        name.Trim() != name || name.Length is 0 or > LongestName || name.Any(character => char.IsControl(character) || character == '/')
            ? $"must have 1 to {LongestName} characters, without '/' and without blanks around it."
            : null;

    /// <summary>Whoever held it holds it no more.</summary>
    public async Task<Answer<bool>> DeleteAsync(string name)
    {
        if (await sheets.FindAsync(SheetKind.Role, name) is not { } role) return Refusal.NotFound;
        await roles.RemoveAsync(role.Sheet.Id);
        await sheetService.FollowAsync(SheetKind.Role, name, 0);
        return true;
    }

    /// <summary>The usernames of those who hold it, in their order, from after <paramref name="after"/>.</summary>
    public async Task<Answer<IReadOnlyList<string>>> HoldersAsync(string name, string? after, int most)
    {
        if (await sheets.FindAsync(SheetKind.Role, name) is not { } role) return Refusal.NotFound;
        return (await roles.HoldersAsync(role.Sheet.Id.OwnerId, after ?? "", most)).ToArray();
    }

    /// <summary>Null where there is no such account.</summary>
    public Task<RolePerson?> PersonAsync(string username) => roles.PersonAsync(username);

    /// <summary>Repeatable.</summary>
    public async Task<Answer<bool>> HoldAsync(string name, string username, bool holds)
    {
        if (await sheets.FindAsync(SheetKind.Role, name) is not { } role) return Refusal.NotFound;
        if (await roles.PersonAsync(username) is not { } person) return UserNotFound;
        if (await roles.HoldAsync(role.Sheet.Id.OwnerId, person.AccountId, holds)) await sheetService.FollowAsync(SheetKind.Role, name, role.Sheet.Revision);
        return true;
    }
}

/// <summary>An account and the roles that it was given.</summary>
internal sealed record RolePerson(long AccountId, string Username, int HomeSetId, IReadOnlyList<int> RoleIds);

internal sealed class RoleStore(Store store)
{
    /// <summary>False where the name is taken.</summary>
    public Task<bool> AddAsync(string name, SheetContent content, SavedBy by) =>
        SheetStore.CreateAsync(store, (transaction, creationId) => AddAsync(transaction, name, content, by, creationId));

    public static async Task AddAsync(StoreTransaction transaction, string name, SheetContent content, SavedBy by, string? creationId = null)
    {
        var id = await transaction.QuerySingleAsync<int>("INSERT INTO roles (name) VALUES (@name); SELECT LAST_INSERT_ID()", new { name });
        await SheetStore.AddAsync(transaction, new(SheetKind.Role, id), content, by, creationId);
    }

    public Task RemoveAsync(SheetId id) => store.TransactAsync(async transaction =>
    {
        if (await SheetStore.LockAsync(transaction, id) is null) return;
        await transaction.ExecuteAsync("DELETE FROM account_roles WHERE role_id = @OwnerId; DELETE FROM roles WHERE id = @OwnerId", new { id.OwnerId });
        await SheetStore.RemoveAsync(transaction, id);
    });

    public async Task<IReadOnlyList<string>> HoldersAsync(int roleId, string after, int most) => (await store.RunAsync(connection => connection.QueryAsync<string>("""
        SELECT a.username FROM account_roles r JOIN accounts a ON a.id = r.account_id
        WHERE r.role_id = @roleId AND a.username_key > LOWER(@after) AND a.state <> 'erased' ORDER BY a.username_key LIMIT @most
        """, new { roleId, after, most }))).AsList();

    public Task<RolePerson?> PersonAsync(string username) => store.RunAsync(async connection =>
    {
        var rows = (await connection.QueryAsync<(long Id, string Username, int HomeSetId, int? RoleId)>("""
            SELECT a.id, a.username, a.home_set_id, r.role_id FROM accounts a LEFT JOIN account_roles r ON r.account_id = a.id WHERE a.username_key = @key
            """, new { key = username.Normalize(NormalizationForm.FormKC).ToLowerInvariant() })).AsList();
        return rows.Count == 0 ? null : new RolePerson(rows[0].Id, rows[0].Username, rows[0].HomeSetId, [.. rows.Select(row => row.RoleId).OfType<int>()]);
    });

    /// <summary>Whether that changed anything. Nodes are told at once, as they are of other settings.</summary>
    public Task<bool> HoldAsync(int roleId, long accountId, bool holds) => store.TransactAsync(async transaction =>
    {
        var changed = await transaction.ExecuteAsync(
            holds ? "INSERT IGNORE INTO account_roles (account_id, role_id) VALUES (@accountId, @roleId)" : "DELETE FROM account_roles WHERE account_id = @accountId AND role_id = @roleId",
            new { roleId, accountId }) > 0;
        if (changed) await HoldersVersion.RaiseAsync(transaction, accountId);
        return changed;
    });
}
