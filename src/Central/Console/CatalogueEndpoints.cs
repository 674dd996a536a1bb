using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Console;

/// <summary>The catalogue as forms are made of it.</summary>
internal static class CatalogueEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/catalogue", () => Results.Json(new ItemList<CatalogueItem>([.. OptionCatalogue.All.Values.Select(CatalogueItem.Of)])));
        console.MapGet("/catalogue/schema", () => Results.Json(OptionCatalogue.Schema(), contentType: "application/schema+json"));
    }
}

/// <param name="ByRole">Whether a role may say another value.</param>
/// <param name="ByNode">Whether the local file of a node may.</param>
/// <param name="OfHomeSet">Whether the home set of the person concerned decides.</param>
internal sealed record CatalogueItem(
    string Key, OptionType Type, string? Unit, JsonElement Default, int? Minimum, int? Maximum, IReadOnlyList<string>? Choices, string English, string French,
    bool ByRole, bool ByNode, bool ForClients, bool OfHomeSet, IReadOnlyList<string> Originals)
{
    public static CatalogueItem Of(OptionDefinition option) => new(
        option.Key, option.Type, option.Unit, option.Default, option.Minimum, option.Maximum, option.Choices, option.English, option.French,
        option.ByRole, option.ByNode, option.ForClients, option.OfHomeSet, option.Originals);
}
