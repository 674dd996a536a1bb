using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.CommandLine;

[Collection(nameof(StoreCollection))]
public sealed class PolicyCommandTests(StoreFixture fixture)
{
    private const string Seeded = """
        # Settings of an IntraMessenger cluster: docs/options.md says what the keys mean.
        # What is not named here stays as it is; what is named says this and nothing else.
        clusterDefaults: {}
        policySets:
          a:
            prefix: a
            options:
              contacts.max: 3 # contacts
              sessions.maxConnectedUsers: 50 # people
          b:
            prefix: b
            options:
              contacts.max: 20 # contacts
              sessions.maxConnectedUsers: 200 # people

        """;

    private const string Changed = """
        clusterDefaults:
          messages.maxLength: 900
        policySets:
          a:
            prefix: school
            locked: [limits.trustedProxies]
            options:
              contacts.max: 4
          new:
            options: {accounts.registration: open}
        roles:
          Support: {priority: 2, options: {contacts.max: 0}}
        """;

    [Fact]
    public async Task Export_OfANewCluster_IsTheSeededSets()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        (await cluster.RunAsync("policy", "export")).Output.ShouldBe(Seeded);
    }

    [Fact]
    public async Task Export_OfOneSet_NamesNothingElse()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var path = cluster.WriteText("");
        (await cluster.RunAsync("policy", "export", path, "--set", "b")).Code.ShouldBe(0);
        var text = await File.ReadAllTextAsync(path);
        text.ShouldContain("  b:\n");
        text.ShouldNotContain("  a:\n");
        text.ShouldNotContain("clusterDefaults");
        (await cluster.RunAsync("policy", "export", "--set", "z")).Error.ShouldContain("'z'");
    }

    [Fact]
    public async Task Import_OfWhatWasExported_ChangesNothing()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        (await cluster.RunAsync("policy", "import", cluster.WriteText(Changed))).Code.ShouldBe(0);
        await cluster.Store.RunAsync(c => c.ExecuteAsync("""UPDATE settings_revisions SET content = '{"options":{"contacts.max":0},"priority":2}' WHERE kind = 'role'"""));
        var exported = (await cluster.RunAsync("policy", "export")).Output;
        var before = await RevisionsAsync(cluster);
        var again = await cluster.RunAsync("policy", "import", cluster.WriteText(exported));
        (again.Code, again.Output).ShouldBe((0, "Nothing differs; nothing was saved.\n"));
        (await RevisionsAsync(cluster)).ShouldBe(before);
        (await cluster.RunAsync("policy", "export")).Output.ShouldBe(exported);
        (await cluster.RunAsync("policy", "diff", cluster.WriteText(exported))).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Import_MakesWhatTheFileNamesAndLeavesTheRest()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var version = await VersionAsync(cluster);
        var imported = await cluster.RunAsync("policy", "import", cluster.WriteText(Changed), "--comment", "as in git");
        imported.Code.ShouldBe(0, imported.Error);
        foreach (var line in new[]
        {
            "cluster defaults\n  messages.maxLength: inherited -> 900\n", "  contacts.max: 3 -> 4\n", "  locked: inherited -> [\"limits.trustedProxies\"]\n", "  prefix: \"a\" -> \"school\"\n",
            "  sessions.maxConnectedUsers: 50 -> inherited\n", "policy set new (new)\n", "role Support (new)\n", "\nSaved.\n", "left as they are: policy set b.\n",
        }) imported.Output.ShouldContain(line);

        (await cluster.RunAsync("policy", "export")).Output.ShouldContain("""
              new:
                prefix: new
                options:
                  accounts.registration: open
            roles:
              Support:
                priority: 2
                default: false
                options:
                  contacts.max: 0 # contacts

            """.ReplaceLineEndings("\n"));
        (await RevisionsAsync(cluster)).ShouldBe(["cluster 2", "role 1", "set 1", "set 1", "set 2"]);
        (await VersionAsync(cluster)).ShouldBeGreaterThan(version, "controls look at it to see that something changed");
        var saved = await cluster.Store.RunAsync(c => c.QueryAsync<(string Author, string Comment)>("SELECT DISTINCT author, comment FROM settings_revisions WHERE author LIKE 'cli:%'"));
        saved.ShouldBe([($"cli:{Environment.UserName}", "as in git")]);
        await cluster.NodeKeyAsync("n", "new");
    }

    [Fact]
    public async Task Import_IsInForceAtARunningControl()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        (await cluster.RunAsync("policy", "import", cluster.WriteText(Changed))).Code.ShouldBe(0);
        await Eventually.HoldsAsync(async () => (await admin.GetStringAsync("/console/api/policy-sets/a/revisions")).Contains("contacts.max"), "the revision", 5);
        await Eventually.HoldsAsync(async () =>
        {
            using var set = JsonDocument.Parse(await admin.GetStringAsync("/console/api/policy-sets/a"));
            return set.RootElement.GetProperty("effective").GetProperty("messages.maxLength").GetInt32() == 900;
        }, "the cluster's default in force", 5);
    }

    [Theory]
    [InlineData("dryRun")]
    [InlineData("diff")]
    public async Task Trying_TellsAndSavesNothing(string how)
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var file = cluster.WriteText(Changed);
        var tried = how == "diff" ? await cluster.RunAsync("policy", "diff", file) : await cluster.RunAsync("policy", "import", file, "--dry-run");
        tried.Code.ShouldBe(how == "diff" ? 1 : 0);
        tried.Output.ShouldContain("  contacts.max: 3 -> 4\n");
        (await cluster.RunAsync("policy", "export")).Output.ShouldBe(Seeded);
    }

    /// <summary>What is wrong stands last, behind much that is right.</summary>
    [Theory]
    [InlineData("  z: {options: {contacts.max: -1, no.such: 1}}", "policy set z: contacts.max must be from 0", "policy set z: no.such is not an option")]
    [InlineData("  z: {options: {max: 1, locked: [], prefix: x}}", "policy set z: max is not an option", "policy set z: locked is not an option", "policy set z: prefix is not an option")]
    [InlineData("  Z: {}", "policy set Z: key must have", "policy set Z: prefix must have")]
    [InlineData("  z: {locked: [contacts.max]}", "policy set z: locked 'contacts.max'", "")]
    [InlineData("  z: {prefix: b}", "has this prefix", "")]
    [InlineData("  b: {prefix: new}", "has this prefix", "")]
    public async Task Import_WithAnythingWrong_SavesNothingAtAll(string last, params string[] reasons)
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var refused = await cluster.RunAsync("policy", "import", cluster.WriteText(Changed.Replace("roles:", $"{last}\nroles:", StringComparison.Ordinal)));
        refused.Code.ShouldBe(reasons[0].StartsWith("has", StringComparison.Ordinal) ? 3 : 2);
        foreach (var reason in reasons) refused.Error.ShouldContain(reason);
        (await cluster.RunAsync("policy", "export")).Output.ShouldBe(Seeded);
    }

    [Fact]
    public async Task Import_OfWhatOnlyANewerProgramKnows_LeavesItWhereItIsTheSame()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.RunAsync("policy", "export");
        await cluster.Store.RunAsync(c => c.ExecuteAsync("""UPDATE settings_revisions SET content = '{"options":{"future.option":"x"}}' WHERE kind = 'cluster'"""));
        var imported = await cluster.RunAsync("policy", "import", cluster.WriteText("clusterDefaults: {future.option: x, contacts.max: 9}"));
        imported.Code.ShouldBe(0, imported.Error);
        (await cluster.RunAsync("policy", "export")).Output.ShouldContain("clusterDefaults:\n  contacts.max: 9 # contacts\n  future.option: x\n");
        (await cluster.RunAsync("policy", "import", cluster.WriteText("clusterDefaults: {future.option: y}"))).Error.ShouldContain("future.option");
    }

    [Fact]
    public async Task Import_ByTwoAtOnce_LosesNothing()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.RunAsync("policy", "export");
        for (var round = 1; round <= 5; round++)
        {
            var results = await Task.WhenAll(
                cluster.RunAsync("policy", "import", cluster.WriteText($"policySets: {{a: {{options: {{contacts.max: {round}}}}}}}")),
                cluster.RunAsync("policy", "import", cluster.WriteText($"policySets: {{b: {{options: {{contacts.max: {round}}}}}, a: {{options: {{contacts.max: {round}}}}}}}")));
            results.ShouldAllBe(result => result.Code == 0);
            (await RevisionsAsync(cluster)).ShouldBe(["cluster 1", $"set {round + 1}", $"set {round + 1}"]);
        }
    }

    [Fact]
    public async Task Commands_WithoutTheFileOrTheStore_EndWithOneSentence()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await using var away = new TestCluster("Server=127.0.0.1;Port=1;User ID=root;Database=nowhere;SslMode=Disabled");
        var file = cluster.WriteText(Changed);
        foreach (var (result, code) in new[]
        {
            (await cluster.RunAsync("policy", "import", "/nowhere/settings.yaml"), 2),
            (await cluster.RunAsync("policy", "export", "/nowhere/settings.yaml"), 2),
            (await cluster.RunAsync("policy", "diff", cluster.WriteText(new string(' ', 2_000_000))), 2),
            (await away.RunAsync("policy", "export"), 1),
            (await away.RunAsync("policy", "import", file), 1),
            (await away.RunAsync("policy", "diff", file), 2),
        })
        {
            result.Code.ShouldBe(code, result.Error);
            result.Error.TrimEnd().ShouldNotContain('\n');
            result.Error.ShouldNotContain("   at ");
        }
    }

    /// <summary>The newest of each sheet.</summary>
    private static async Task<string[]> RevisionsAsync(TestCluster cluster) =>
        [.. await cluster.Store.RunAsync(c => c.QueryAsync<string>("SELECT CONCAT(kind, ' ', revision) FROM settings_heads ORDER BY kind, revision"))];

    private static async Task<long> VersionAsync(TestCluster cluster)
    {
        await cluster.RunAsync("policy", "export");
        return await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<long>("SELECT version FROM settings_version"));
    }
}
