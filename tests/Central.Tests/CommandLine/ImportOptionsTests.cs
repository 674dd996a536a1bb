using System.Text.Json;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Originals;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.CommandLine;

[Collection(nameof(StoreCollection))]
public sealed class ImportOptionsTests(StoreFixture fixture)
{
    private const string Small = "<?php define('_MAX_NB_CONTACT_BY_USER', '17'); define('_BOOKMARKS', 'X'); define('_MINIMUM_PASSWORD_LENGTH', 500);";

    [Fact]
    public async Task WholeFile_MakesAPolicySetAndTellsTheRest()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var imported = await cluster.RunAsync("import-options", cluster.WriteText(OriginalFileTests.Whole), "--set", "school");
        imported.Code.ShouldBe(0, imported.Error);
        imported.Output.ShouldContain("  contacts.max: 20 (_MAX_NB_CONTACT_BY_USER)\n");
        imported.Output.ShouldContain("  _MAX_NB_SESSION: its value in line 29 is a PHP expression, and nothing is executed: write the value itself.\n");
        foreach (var name in OriginalOptionTests.Names) imported.Output.ShouldContain(name);
        imported.Output.ShouldNotContain("secret", customMessage: "what is not carried over is named, not shown");
        var exported = (await cluster.RunAsync("policy", "export", "--set", "school")).Output;
        exported.ShouldContain("    prefix: school\n");
        exported.ShouldContain("      contacts.max: 20 # contacts\n");
        exported.ShouldContain("      messages.allowOffline: true\n");
    }

    [Fact]
    public async Task ValueOutOfRange_IsRefusedByNameAndNotClamped()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var imported = await cluster.RunAsync("import-options", cluster.WriteText(Small), "--set", "c");
        imported.Output.ShouldContain("  _MINIMUM_PASSWORD_LENGTH: accounts.passwordMinLength must be from 1 to 128; the file says '500'.\n");
        (await cluster.RunAsync("policy", "export", "--set", "c")).Output.ShouldNotContain("passwordMinLength");
    }

    [Fact]
    public async Task ExistingSet_IsChangedOnlyWhereItIsToBe()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var file = cluster.WriteText(Small);
        var refused = await cluster.RunAsync("import-options", file, "--set", "a");
        refused.Code.ShouldBe(3);
        refused.Error.ShouldContain("--update");
        (await OptionsAsync(cluster, "a")).ShouldBe(["contacts.max: 3", "sessions.maxConnectedUsers: 50"]);
        (await cluster.RunAsync("import-options", file, "--set", "a", "--update", "--dry-run")).Output.ShouldContain("not saved");
        (await OptionsAsync(cluster, "a")).ShouldBe(["contacts.max: 3", "sessions.maxConnectedUsers: 50"]);
        (await cluster.RunAsync("import-options", file, "--set", "a", "--update")).Code.ShouldBe(0);
        (await OptionsAsync(cluster, "a")).ShouldBe(["contacts.max: 17", "sessions.maxConnectedUsers: 50"]);
    }

    [Fact]
    public async Task NewSet_StartsFromAnother()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var file = cluster.WriteText(Small);
        (await cluster.RunAsync("import-options", file, "--set", "c", "--from", "z")).Error.ShouldContain("'z'");
        (await cluster.RunAsync("import-options", file, "--set", "b", "--from", "a", "--update")).Code.ShouldBe(2);
        (await cluster.RunAsync("import-options", file, "--set", "c", "--from", "b")).Code.ShouldBe(0);
        (await OptionsAsync(cluster, "c")).ShouldBe(["contacts.max: 17", "sessions.maxConnectedUsers: 200"]);
    }

    [Fact]
    public async Task Json_TellsTheSame()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        using var told = JsonDocument.Parse((await cluster.RunAsync("import-options", cluster.WriteText(Small), "--set", "c", "--json")).Output);
        told.RootElement.GetProperty("set").GetString().ShouldBe("c");
        told.RootElement.GetProperty("carried").EnumerateArray().Single().GetProperty("key").GetString().ShouldBe("contacts.max");
        told.RootElement.GetProperty("left").EnumerateArray().Select(left => left.GetProperty("name").GetString()).ShouldBe(["_BOOKMARKS", "_MINIMUM_PASSWORD_LENGTH"]);
    }

    [Theory]
    [InlineData("<?php define('_A', 'half", "does not end")]
    [InlineData("\0\0\0", "value 0")]
    [InlineData("ten megabytes", "too large")]
    public async Task HostileFile_EndsWithOneSentence(string text, string reason)
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var refused = await cluster.RunAsync("import-options", cluster.WriteText(text == "ten megabytes" ? new string('x', 10_000_000) : text), "--set", "c");
        refused.Code.ShouldBe(2);
        refused.Output.ShouldBeEmpty();
        refused.Error.ShouldContain(reason);
        refused.Error.TrimEnd().ShouldNotContain('\n');
    }

    private static async Task<string[]> OptionsAsync(TestCluster cluster, string set) =>
        [.. (await cluster.RunAsync("policy", "export", "--set", set)).Output.Split('\n').Where(line => line.StartsWith("      ", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim())];
}
