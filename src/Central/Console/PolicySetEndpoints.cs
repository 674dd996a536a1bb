using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Console;

/// <summary>The defaults of the cluster, and which policy sets there are.</summary>
internal static class PolicySetEndpoints
{
    public static SheetEndpoints Cluster { get; } = new(SheetKind.Cluster, found =>
        new ClusterDocument(found.Sheet.Revision, found.Sheet.Content.Options, OptionLayers.OfSet(found.Sheet.Content.Options, "", SheetContent.Empty.Options).Compose()));

    public static SheetEndpoints Sets(SettingsService settings) => new(SheetKind.Set, found =>
    {
        var cluster = settings.Current?.Cluster ?? SheetContent.Empty;
        var (sheet, content) = (found.Sheet, found.Sheet.Content);
        return new PolicySetDocument(sheet.Name, sheet.Prefix, sheet.Revision, content.Options, OptionLayers.OfSet(cluster.Options, sheet.Name, content.Options).Compose(), content.Locked);
    });

    public static void Map(RouteGroupBuilder console, SettingsService settings)
    {
        Cluster.Map(console.MapGroup("/cluster-defaults"));
        var sets = Sets(settings);
        sets.Map(console.MapGroup("/policy-sets/{name}"));
        console.MapGet("/policy-sets", ListAsync);
        console.MapPost("/policy-sets", async (HttpContext context, CreatePolicySet wanted, PolicySetService service) =>
            sets.Document(context, await service.CreateAsync(wanted.Key, wanted.Prefix, wanted.From, SheetEndpoints.By(context, wanted.Comment)), StatusCodes.Status201Created));
        console.MapPatch("/policy-sets/{name}", async (HttpContext context, string name, RenamePolicySet wanted, PolicySetService service) =>
            sets.Document(context, await service.RenameAsync(name, wanted.Key, wanted.Prefix, SheetEndpoints.By(context, wanted.Comment))));
        console.MapDelete("/policy-sets/{name}", async (string name, PolicySetService service, string? homeTo = null) =>
            (await service.DeleteAsync(name, homeTo)).ToResult(_ => Results.NoContent()));
    }

    private static async Task<IResult> ListAsync(SheetService sheets) => Results.Json(new ItemList<PolicySetItem>(
        [.. (await sheets.ListAsync(SheetKind.Set)).Select(set => new PolicySetItem(set.Sheet.Name, set.Sheet.Prefix, set.Sheet.Revision))]));
}
