using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

/// <summary>Which roles there are and who holds them.</summary>
internal static class RoleEndpoints
{
    private static readonly SheetEndpoints Sheets = new(SheetKind.Role, Document);

    public static void Map(RouteGroupBuilder console)
    {
        Sheets.Map(console.MapGroup("/roles/{name}"));
        console.MapGet("/roles", async (SheetService sheets) => Results.Json(new ItemList<RoleDocument>([.. (await sheets.ListAsync(SheetKind.Role)).Select(Document)])));
        console.MapPost("/roles", async (HttpContext context, CreateRole wanted, RoleService roles) => Sheets.Document(context, await roles.CreateAsync(
            wanted.Name, new(wanted.Options ?? SheetContent.Empty.Options, null, wanted.Priority, wanted.IsDefault), SheetEndpoints.By(context, wanted.Comment)), StatusCodes.Status201Created));
        console.MapDelete("/roles/{name}", async (string name, RoleService roles) => (await roles.DeleteAsync(name)).ToResult(_ => Results.NoContent()));
        console.MapGet("/roles/{name}/people", HoldersAsync);
        console.MapPut("/roles/{name}/people/{username}", async (string name, string username, RoleService roles) =>
            (await roles.HoldAsync(name, username, holds: true)).ToResult(_ => Results.NoContent()));
        console.MapDelete("/roles/{name}/people/{username}", async (string name, string username, RoleService roles) =>
            (await roles.HoldAsync(name, username, holds: false)).ToResult(_ => Results.NoContent()));
    }

    private static async Task<IResult> HoldersAsync(string name, RoleService roles, string? after = null, int? limit = null)
    {
        var most = Limits.Items(limit);
        return (await roles.HoldersAsync(name, after, most + 1)).ToResult(holders =>
            Results.Json(new ItemList<RoleHolder>([.. holders.Take(most).Select(username => new RoleHolder(username))], holders.Count > most ? holders[most - 1] : null)));
    }

    private static RoleDocument Document(VersionedSheet found) => new(
        found.Sheet.Name, found.Sheet.Revision, found.Sheet.Content.Priority ?? 0, found.Sheet.Content.IsDefault ?? false, found.Sheet.Content.Options);
}
