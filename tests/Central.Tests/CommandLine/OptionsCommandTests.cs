using System.CommandLine;
using System.Text.Json;
using IntraMessenger.Central.CommandLine;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.CommandLine;

public sealed class OptionsCommandTests
{
    [Fact]
    public async Task Options_IsThePageOfTheRepository() =>
        (await PrintAsync("options")).ShouldBe(Repository.Read("docs/options.md"), $"docs/options.md is older than the catalogue. Renew it: {OptionsPage.Renew}");

    [Fact]
    public async Task OptionsPage_HasEveryOptionInBothLanguages()
    {
        var rows = (await PrintAsync("options")).Split('\n');
        foreach (var option in OptionCatalogue.All.Values)
        {
            var row = rows.Single(row => row.StartsWith($"| `{option.Key}` |", StringComparison.Ordinal));
            foreach (var cell in (string[])[option.English, option.French, option.Unit ?? "", $"`{option.Default.GetRawText()}`", .. option.Originals]) row.ShouldContain(cell);
        }
    }

    [Fact]
    public async Task Options_AsSchema_IsJsonWithEveryKey()
    {
        using var schema = JsonDocument.Parse(await PrintAsync("options", "--schema"));
        schema.RootElement.GetProperty("properties").EnumerateObject().Select(option => option.Name).ShouldBe(OptionCatalogue.All.Keys);
    }

    private static async Task<string> PrintAsync(params string[] args)
    {
        var output = new StringWriter();
        (await CentralCommands.InvokeAsync(args, CentralProgram.Build, new InvocationConfiguration { Output = output })).ShouldBe(0);
        return output.ToString();
    }
}
