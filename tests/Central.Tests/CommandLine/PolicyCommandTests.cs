using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Console;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.CommandLine;

[Collection(nameof(StoreCollection))]
public sealed class PolicyCommandTests(StoreFixture fixture)
{
    private const string Seeded = """
        # Settings of an IntraMessenger cluster: docs/options.md says what the keys mean.
        # What is not named here stays as it is; what is named says this and nothing else.
        # madeFrom: an import over newer versions than these is refused.
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
        madeFrom:
          epoch: EPOCH
          clusterDefaults: 0-1
          policySets:
            a: 1-1
            b: 2-1

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
        (await ExportAsync(cluster)).ShouldBe(Seeded);
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
    public async Task Import_OfAFileThatWasExported_ChangesNothing_WhateverAnEditorPutsBeforeIt()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var path = cluster.WriteText("");
        (await cluster.RunAsync("policy", "export", path)).Code.ShouldBe(0);
        var exported = await File.ReadAllBytesAsync(path);
        exported[0].ShouldBe((byte)'#', "and no byte order mark, which other programs stumble over");
        (await cluster.RunAsync("policy", "diff", path)).Code.ShouldBe(0);
        await File.WriteAllBytesAsync(path, [.. Encoding.UTF8.Preamble, .. exported]);
        (await cluster.RunAsync("policy", "diff", path)).Code.ShouldBe(0);
        (await cluster.RunAsync("policy", "import", path)).Output.ShouldBe("Nothing differs; nothing was saved.\n");
    }

    [Fact]
    public async Task Import_OfWhatWasExported_ChangesNothing()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        (await cluster.RunAsync("policy", "import", "--force", cluster.WriteText(Changed))).Code.ShouldBe(0);
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
        var imported = await cluster.RunAsync("policy", "import", cluster.WriteText(Changed), "--force", "--comment", "as in git");
        imported.Code.ShouldBe(0, imported.Error);
        foreach (var line in new[]
        {
            "cluster defaults\n  messages.maxLength: inherited -> 900\n", "  contacts.max: 3 -> 4\n", "  locked: inherited -> [\"limits.trustedProxies\"]\n", "  prefix: \"a\" -> \"school\"\n",
            "  sessions.maxConnectedUsers: 50 -> inherited\n", "policy set new (new)\n", "role Support (new)\n", "\nSaved.\n", "left as they are: policy set b.\n",
        }) imported.Output.ShouldContain(line);

        (await ExportAsync(cluster)).ShouldContain("""
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
    public async Task Import_OverWhatWasSavedSince_IsRefusedWithWhatChanged()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var cluster = console.Cluster;
        var file = (await cluster.RunAsync("policy", "export")).Output.Replace("sessions.maxConnectedUsers: 50", "sessions.maxConnectedUsers: 51", StringComparison.Ordinal);
        await console.SaveAsync("/policy-sets/a", new { comment = "ticket 5", options = new Dictionary<string, object> { ["contacts.max"] = 99 } });
        await console.SaveAsync("/policy-sets/b", new { options = new Dictionary<string, object> { ["contacts.max"] = 20, ["messages.maxLength"] = 5 } });
        var before = await RevisionsAsync(cluster);
        foreach (var options in new string[][] { [], ["--dry-run"] })
        {
            var refused = await cluster.RunAsync(["policy", "import", cluster.WriteText(file), .. options]);
            (refused.Code, refused.Output).ShouldBe((4, ""));
            refused.Error.ShouldBe("""
                policy set a: this was made from revision 1, and it is at 2, saved by root (ticket 5). Changed since:
                  contacts.max: 3 -> 99
                policy set b: this was made from revision 1, and it is at 2, saved by root. Changed since:
                  messages.maxLength: inherited -> 5
                Nothing was saved. Export again and repeat your change, or use --force.

                """.ReplaceLineEndings("\n"));
        }

        (await RevisionsAsync(cluster)).ShouldBe(before);
        (await cluster.RunAsync("policy", "diff", cluster.WriteText(file))).Code.ShouldBe(1);
        var newest = (await cluster.RunAsync("policy", "export")).Output.Replace("sessions.maxConnectedUsers: 50", "sessions.maxConnectedUsers: 51", StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) (await cluster.RunAsync("policy", "import", cluster.WriteText(newest))).Code.ShouldBe(0, "what is done already is done again");
        (await console.GetAsync("/policy-sets/a")).GetProperty("options").ToString().ShouldBe("""{"contacts.max":99,"sessions.maxConnectedUsers":51}""");
        (await cluster.RunAsync("policy", "import", "--force", cluster.WriteText(file))).Code.ShouldBe(0);
        (await console.GetAsync("/policy-sets/a")).GetProperty("options").ToString().ShouldBe("""{"contacts.max":3,"sessions.maxConnectedUsers":51}""");
    }

    [Fact]
    public async Task Import_OfAnotherPrefix_IsAChangeOfItsRevision()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var cluster = console.Cluster;
        var file = (await cluster.RunAsync("policy", "export")).Output;
        (await cluster.RunAsync("policy", "import", cluster.WriteText(file.Replace("prefix: a\n", "prefix: school\n", StringComparison.Ordinal)))).Code.ShouldBe(0);
        (await console.GetAsync("/policy-sets/a/revisions")).GetProperty("items")[0].GetProperty("changes").ToString().ShouldBe("""{"prefix":{"from":"a","to":"school"}}""");
        var refused = await cluster.RunAsync("policy", "import", cluster.WriteText(file));
        refused.Code.ShouldBe(4);
        refused.Error.ShouldContain("Changed since:\n  prefix: \"a\" -> \"school\"\n");
    }

    [Fact]
    public async Task Import_OverWhatTheFileWasNotMadeFrom_NeedsForce()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await ExportAsync(cluster);
        var files = new List<string>();
        foreach (var (yaml, reason) in new[]
        {
            ("policySets: {a: {options: {contacts.max: 4}}}", "policy set a: it exists"),
            ("policySets: {a: {options: {contacts.max: 3, sessions.maxConnectedUsers: 50}, prefix: c}}", "policy set a: it exists"),
            ("clusterDefaults: {contacts.max: 4}", "cluster defaults: it exists"),
            ("policySets: {b: {}}\nmadeFrom: {epoch: EPOCH, policySets: {a: 1-1}}", "policy set b: it exists"),
            ("policySets: {a: {}}\nmadeFrom: {epoch: other, policySets: {a: 1-1}}", "policy set a: this was not made from a revision that is known here"),
            ("policySets: {a: {}}\nmadeFrom: {epoch: EPOCH, policySets: {a: 1-2}}", "policy set a: this was not made from a revision that is known here"),
            ("policySets: {gone: {}}\nmadeFrom: {epoch: EPOCH, policySets: {gone: 7-1}}", "policy set gone: it was deleted or renamed"),
            ("roles: {Gone: {}}\nmadeFrom: {epoch: EPOCH, roles: {Gone: 7-1}}", "role Gone: it was deleted or renamed"),
        })
        {
            files.Add(cluster.WriteText(yaml.Replace("EPOCH", await EpochAsync(cluster), StringComparison.Ordinal)));
            var refused = await cluster.RunAsync("policy", "import", files[^1]);
            refused.Code.ShouldBe(4, yaml);
            refused.Error.ShouldContain(reason);
        }

        (await ExportAsync(cluster)).ShouldBe(Seeded);
        foreach (var file in files) (await cluster.RunAsync("policy", "import", file, "--force")).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("/policy-sets", "key", true)]
    [InlineData("/policy-sets", "key", false)]
    [InlineData("/roles", "name", true)]
    public async Task Change_OfAnotherThatGotTheNameMeanwhile_IsRefused(string path, string naming, bool isRemoved)
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PostAsync(path, Named("x"));
        var file = (await console.Cluster.RunAsync("policy", "export")).Output;
        var read = await SettingsApiTests.ETagAsync(console.Admin, $"/console/api{path}/x");
        using var gone = isRemoved ? await console.Admin.DeleteAsync($"/console/api{path}/x") : await console.Admin.PatchAsJsonAsync($"/console/api{path}/x", Named("y"));
        gone.IsSuccessStatusCode.ShouldBeTrue();
        await console.PostAsync(path, new Dictionary<string, object> { [naming] = "x", ["prefix"] = "z", ["priority"] = 5 });

        var refused = await console.Cluster.RunAsync("policy", "import", console.Cluster.WriteText(file));
        (refused.Code, refused.Output).ShouldBe((4, ""));
        refused.Error.ShouldContain(" x: this was made from another that had this name, and it is at 1, saved by root.");
        using var save = new HttpRequestMessage(HttpMethod.Put, $"/console/api{path}/x") { Content = JsonContent.Create(new { options = new Dictionary<string, object> { ["contacts.max"] = 5 } }) };
        save.Headers.IfMatch.Add(read);
        await (await console.Admin.SendAsync(save)).ShouldBeProblemAsync(412, "precondition-failed");
        (await console.GetAsync($"{path}/x")).GetProperty("options").ToString().ShouldBe("{}");

        Dictionary<string, object> Named(string name) => new() { [naming] = name };
    }

    [Fact]
    public async Task Import_OfWhatIsNewOrTheSameOrNotChangedSince_NeedsNoForce()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await ExportAsync(cluster);
        foreach (var yaml in new[]
        {
            "policySets: {one: {}}\nroles: {One: {}}",
            "policySets: {two: {}}\nroles: {Two: {}}\nmadeFrom: {epoch: other, policySets: {two: 3-3}, roles: {Two: 3-3}}",
            "policySets: {a: {options: {contacts.max: 3, sessions.maxConnectedUsers: 50}}}",
            "policySets: {a: {options: {contacts.max: 4}}}\nmadeFrom: {epoch: EPOCH, policySets: {a: 1-1}}",
        })
        {
            var imported = await cluster.RunAsync("policy", "import", cluster.WriteText(yaml.Replace("EPOCH", await EpochAsync(cluster), StringComparison.Ordinal)));
            imported.Code.ShouldBe(0, imported.Error);
        }

        (await RevisionsAsync(cluster)).ShouldBe(["cluster 1", "role 1", "role 1", "set 1", "set 1", "set 1", "set 2"]);
    }

    [Fact]
    public async Task Import_IsInForceAtARunningControl()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        (await cluster.RunAsync("policy", "import", "--force", cluster.WriteText(Changed))).Code.ShouldBe(0);
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
        var tried = how == "diff" ? await cluster.RunAsync("policy", "diff", file) : await cluster.RunAsync("policy", "import", file, "--force", "--dry-run");
        tried.Code.ShouldBe(how == "diff" ? 1 : 0);
        tried.Output.ShouldContain("  contacts.max: 3 -> 4\n");
        (await ExportAsync(cluster)).ShouldBe(Seeded);
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
        var refused = await cluster.RunAsync("policy", "import", "--force", cluster.WriteText(Changed.Replace("roles:", $"{last}\nroles:", StringComparison.Ordinal)));
        refused.Code.ShouldBe(reasons[0].StartsWith("has", StringComparison.Ordinal) ? 3 : 2);
        foreach (var reason in reasons) refused.Error.ShouldContain(reason);
        (await ExportAsync(cluster)).ShouldBe(Seeded);
    }

    [Fact]
    public async Task Import_OfWhatOnlyANewerProgramKnows_LeavesItWhereItIsTheSame()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.RunAsync("policy", "export");
        await cluster.Store.RunAsync(c => c.ExecuteAsync("""UPDATE settings_revisions SET content = '{"options":{"future.option":"x"}}' WHERE kind = 'cluster'"""));
        var imported = await cluster.RunAsync("policy", "import", "--force", cluster.WriteText("clusterDefaults: {future.option: x, contacts.max: 9}"));
        imported.Code.ShouldBe(0, imported.Error);
        (await cluster.RunAsync("policy", "export")).Output.ShouldContain("clusterDefaults:\n  contacts.max: 9 # contacts\n  future.option: x\n");
        (await cluster.RunAsync("policy", "import", "--force", cluster.WriteText("clusterDefaults: {future.option: y}"))).Error.ShouldContain("future.option");
    }

    [Fact]
    public async Task Import_ByTwoAtOnce_LosesNothing()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.RunAsync("policy", "export");
        for (var round = 1; round <= 5; round++)
        {
            var results = await Task.WhenAll(
                cluster.RunAsync("policy", "import", "--force", cluster.WriteText($"policySets: {{a: {{options: {{contacts.max: {round}}}}}}}")),
                cluster.RunAsync("policy", "import", "--force", cluster.WriteText($"policySets: {{b: {{options: {{contacts.max: {round}}}}}, a: {{options: {{contacts.max: {round}}}}}}}")));
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

    /// <summary>Without the epoch, which is another one in each store.</summary>
    private static async Task<string> ExportAsync(TestCluster cluster)
    {
        var text = (await cluster.RunAsync("policy", "export")).Output;
        return text.Replace(await EpochAsync(cluster), "EPOCH", StringComparison.Ordinal);
    }

    private static Task<string> EpochAsync(TestCluster cluster) => cluster.Store.RunAsync(c => c.QuerySingleAsync<string>("SELECT epoch FROM settings_version"));

    /// <summary>The newest of each sheet.</summary>
    private static async Task<string[]> RevisionsAsync(TestCluster cluster) =>
        [.. await cluster.Store.RunAsync(c => c.QueryAsync<string>("SELECT CONCAT(kind, ' ', revision) FROM settings_heads ORDER BY kind, revision"))];

    private static async Task<long> VersionAsync(TestCluster cluster)
    {
        await cluster.RunAsync("policy", "export");
        return await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<long>("SELECT version FROM settings_version"));
    }
}
