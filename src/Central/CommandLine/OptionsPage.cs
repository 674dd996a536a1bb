using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.CommandLine;

/// <summary>Responsible for the text of docs/options.md.</summary>
internal static class OptionsPage
{
    public const string Renew = "dotnet run --project src/Central -- options > docs/options.md";

    private const string Head = $"""
        <!-- Generated from the catalogue (src/Shared/Options). Change it there, then: {Renew} -->

        # Options

        Everything that the cluster's defaults, a policy set or a role may say, as the catalogue declares it; `Central options --schema` prints the same as a JSON schema. As a limit, 0 means no limit.

        - **overridden by**: who may say another value than the policy set. A *role* does for the people who hold it, a *node*'s local file for that node, where the policy set does not lock the key.
        - **told**: whether clients are told the value that holds for them.
        - **decides**: the policy set that a person came in by (*session*), or the home set of the person concerned (*home*).
        - **original**: the options of the original that it stands for; what became of the others is in [legacy-options.md](legacy-options.md).

        """;

    public static string Write()
    {
        var page = new StringBuilder(Head);
        foreach (var section in OptionCatalogue.All.Values.GroupBy(option => option.Key.Split('.')[0]))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n| key | value | default | meaning | signification | overridden by | told | decides | original |\n|---|---|---|---|---|---|---|---|---|\n");
            foreach (var option in section) page.Append("| ").AppendJoin(" | ", Cells(option).Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
        }

        return page.ToString();
    }

    private static IEnumerable<string> Cells(OptionDefinition option) =>
    [
        $"`{option.Key}`", Value(option), $"`{option.Default.GetRawText()}`", option.English, option.French,
        (option.ByRole, option.ByNode) switch { (true, true) => "role, node", (true, false) => "role", (false, true) => "node", _ => "-" },
        option.ForClients ? "yes" : "no", option.OfHomeSet ? "home" : "session",
        option.Originals.Count == 0 ? "-" : string.Join(", ", option.Originals.Select(name => $"`{name}`")),
    ];

    private static string Value(OptionDefinition option)
    {
        var schema = option.Schema();
        return option.Type switch
        {
            OptionType.Flag => "true, false",
            OptionType.Number => $"{option.Minimum} to {option.Maximum}{(option.Unit is { } unit ? $" {unit}" : "")}",
            OptionType.Choice => string.Join(", ", option.Choices!),
            OptionType.List => $"list of up to {schema["maxItems"]} texts{Longest(schema["items"])}",
            _ => $"text{Longest(schema)}",
        };
    }

    private static string Longest(JsonNode? schema) => schema?["maxLength"] is { } longest ? $" of up to {longest} characters" : "";
}
