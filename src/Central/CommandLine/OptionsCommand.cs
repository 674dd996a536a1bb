using System.CommandLine;
using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>options</c>: the catalogue for people and for programs. It needs no store.</summary>
internal static class OptionsCommand
{
    private static readonly JsonSerializerOptions Indented = new(Shared.Hosting.Json.Options) { WriteIndented = true };

    public static Command Create()
    {
        var schema = new Option<bool>("--schema") { Description = "As a JSON schema of what a policy set says." };
        var options = new Command("options", "Prints all options as Markdown: docs/options.md.") { schema };
        options.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(
            parsed.GetValue(schema) ? OptionCatalogue.Schema().ToJsonString(Indented) + "\n" : OptionsPage.Write()));
        return options;
    }
}
