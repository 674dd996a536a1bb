using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

/// <summary>The cluster's defaults, roles, locks, and which value holds for whom.</summary>
[Collection(nameof(StoreCollection))]
public sealed class LayerApiTests(StoreFixture fixture)
{
    private static Dictionary<string, object?> Say(string key, object? value) => new() { [key] = value };

    [Fact]
    public async Task ClusterDefault_IsInheritedWhereTheSetIsSilent()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.SaveAsync("/cluster-defaults", new { comment = "all", options = new Dictionary<string, object> { ["messages.maxLength"] = 77, ["contacts.max"] = 9 } });
        var set = await console.GetAsync("/policy-sets/a");
        (set.GetProperty("effective").GetProperty("messages.maxLength").GetInt32(), set.GetProperty("effective").GetProperty("contacts.max").GetInt32()).ShouldBe((77, 3));
        var document = (await console.DocumentAsync())!;
        (document.Options["messages.maxLength"].GetInt32(), document.Options["contacts.max"].GetInt32()).ShouldBe((77, 3));
        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", null) });
        (await console.DocumentAsync())!.Options["contacts.max"].GetInt32().ShouldBe(9);
        (await console.GetAsync("/cluster-defaults/revisions")).GetProperty("items")[0].GetProperty("comment").GetString().ShouldBe("all");
    }

    [Fact]
    public async Task Lock_OfASet_ReachesItsNodesAndOnlyWhatANodeMaySayCanBeLocked()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var saved = await console.SaveAsync("/policy-sets/a", new { options = new { }, locked = new[] { "limits.signInsPerMinute" } });
        saved.GetProperty("revision").GetInt32().ShouldBe(2);
        (await console.DocumentAsync())!.Locked.ShouldBe(["limits.signInsPerMinute"]);
        (await console.GetAsync("/policy-sets/a/revisions")).GetProperty("items")[0].GetProperty("changes").GetProperty("locked").GetProperty("to").ToString().ShouldContain("signIns");
        foreach (var (path, locked) in new[] { ("/policy-sets/a", "contacts.max"), ("/cluster-defaults", "limits.signInsPerMinute") })
        {
            var problem = await (await console.PutAsync(path, new { options = new { }, locked = new[] { locked } })).ShouldBeProblemAsync(422, "invalid");
            problem.GetProperty("errors").TryGetProperty("locked", out _).ShouldBeTrue();
        }

        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", 4) });
        (await console.DocumentAsync())!.Locked.Count.ShouldBe(1, "what is not named stays");
        await console.SaveAsync("/policy-sets/a", new { options = new { }, locked = Array.Empty<string>() });
        (await console.DocumentAsync())!.Locked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Role_MadeChangedAndDeleted_ReachesNodes()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PostAsync("/roles", new { name = "Support", priority = 2, options = Say("contacts.max", 500) });
        var role = (await console.DocumentAsync())!.Roles.Single();
        (role.Name, role.Priority, role.IsDefault, role.Options["contacts.max"].GetInt32()).ShouldBe(("Support", 2, false, 500));
        await (await console.Admin.PostAsJsonAsync("/console/api/roles", new { name = "support" })).ShouldBeProblemAsync(409, "role-exists");
        await console.SaveAsync("/roles/Support", new { options = Say("contacts.max", 600), isDefault = true });
        role = (await console.DocumentAsync())!.Roles.Single();
        (role.Priority, role.IsDefault, role.Options["contacts.max"].GetInt32()).ShouldBe((2, true, 600));
        var problem = await (await console.PutAsync("/roles/Support", new { options = Say("sessions.maxConnectedUsers", 5), priority = 5000 })).ShouldBeProblemAsync(422, "invalid");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["sessions.maxConnectedUsers", "priority"], ignoreOrder: true);
        (await console.Admin.DeleteAsync("/console/api/roles/Support")).IsSuccessStatusCode.ShouldBeTrue();
        (await console.DocumentAsync())!.Roles.ShouldBeEmpty();
        await (await console.Admin.GetAsync("/console/api/roles/Support")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Holders_GetAndLoseARole_AndNodesAreToldToAskAgain()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PersonAsync("alice");
        await console.PostAsync("/roles", new { name = "Support" });
        var before = (await console.DocumentAsync())!.HoldersVersion;
        for (var i = 0; i < 2; i++) (await console.Admin.PutAsync("/console/api/roles/Support/people/ALICE", null)).IsSuccessStatusCode.ShouldBeTrue();
        (await console.DocumentAsync())!.HoldersVersion.ShouldBe(before + 1, "the repeat changed nothing");
        (await console.GetAsync("/roles/Support/people")).GetProperty("items").ToString().ShouldBe("""[{"username":"alice"}]""");
        await (await console.Admin.PutAsync("/console/api/roles/Support/people/nobody", null)).ShouldBeProblemAsync(404, "user-not-found");
        (await console.Admin.DeleteAsync("/console/api/roles/Support/people/alice")).IsSuccessStatusCode.ShouldBeTrue();
        (await console.DocumentAsync())!.HoldersVersion.ShouldBe(before + 2);
        var named = await console.Cluster.Store.RunAsync(connection => connection.QueryAsync<(string, long)>(
            "SELECT a.username, c.seq FROM changes c JOIN accounts a ON a.id = c.account_id WHERE c.kind = 9 ORDER BY c.id"));
        named.ShouldBe([("alice", before + 1), ("alice", before + 2)], "the journal names whom each version concerns");
        (await console.GetAsync("/roles/Support/people")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task EffectiveValue_OfAPerson_ComesWithItsReason()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PersonAsync("alice");
        await console.PostAsync("/roles", new { name = "Support", priority = 2, options = Say("contacts.max", 500) });
        (await console.Admin.PutAsync("/console/api/roles/Support/people/alice", null)).IsSuccessStatusCode.ShouldBeTrue();
        await ReportAsync(console, new Dictionary<string, JsonElement> { ["limits.signInsPerMinute"] = JsonSerializer.SerializeToElement(5) });

        async Task<(int, string)> AskAsync(string query)
        {
            var item = (await console.GetAsync($"/people/alice/options?{query}")).GetProperty("items")[0];
            return (item.GetProperty("value").GetInt32(), item.GetProperty("because").GetString()!);
        }

        (await AskAsync("option=contacts.max")).ShouldBe((500, "role Support, priority 2, over policy set a"));
        (await AskAsync("option=contacts.max&policySet=b")).ShouldBe((500, "role Support, priority 2, over policy set b"));
        (await AskAsync("option=messages.maxLength")).ShouldBe((4000, "default of the catalogue"));
        (await AskAsync("option=limits.signInsPerMinute&node=node-a1")).ShouldBe((5, "local file of node node-a1, over default of the catalogue"));
        (await AskAsync("option=limits.signInsPerMinute")).ShouldBe((60, "default of the catalogue"));
        (await console.GetAsync("/people/alice/options")).GetProperty("items").GetArrayLength().ShouldBe(OptionCatalogue.All.Count);
        await (await console.Admin.GetAsync("/console/api/people/nobody/options")).ShouldBeProblemAsync(404, "user-not-found");
        await (await console.Admin.GetAsync("/console/api/people/alice/options?policySet=z")).ShouldBeProblemAsync(422, "invalid");
        await (await console.Admin.GetAsync("/console/api/people/alice/options?policySet=b&node=node-a1")).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact]
    public async Task EffectiveValue_OfAnOptionOfHomeSets_IsThatOfTheHomeWhateverTheUrl()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PersonAsync("alice");
        await console.SaveAsync("/policy-sets/a", new { options = Say("messages.allowOffline", false) });
        await console.SaveAsync("/policy-sets/b", new { options = Say("accounts.lockMinutes", 7) });
        var asked = await console.GetAsync("/people/alice/options?policySet=b");
        (asked.GetProperty("policySet").GetString(), asked.GetProperty("homeSet").GetString()).ShouldBe(("b", "a"));
        var items = asked.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("key").GetString()!, item => (item.GetProperty("value").ToString(), item.GetProperty("because").GetString()));
        items["messages.allowOffline"].ShouldBe(("False", "policy set a, over default of the catalogue"));
        items["accounts.lockMinutes"].ShouldBe(("15", "default of the catalogue"));
        items["contacts.max"].ShouldBe(("20", "policy set b, over default of the catalogue"));
    }

    [Fact]
    public async Task NodeSettings_ShowRequestedBesideEffectiveAndWhyTheyDiffer()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        (await console.GetAsync("/nodes/node-a1/settings")).TryGetProperty("effective", out _).ShouldBeFalse("it has told nothing yet");
        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", 4), locked = new[] { "limits.requestsPerSecond" } });
        await ReportAsync(console, new Dictionary<string, JsonElement> { ["limits.signInsPerMinute"] = JsonSerializer.SerializeToElement(5) });
        var shown = await console.GetAsync("/nodes/node-a1/settings");
        shown.GetProperty("differences").ToString().ShouldBe("""[{"key":"limits.signInsPerMinute","requested":60,"effective":5,"source":"localFile","because":"The local file of the node says so."}]""");
        shown.GetProperty("locked").ToString().ShouldBe("""["limits.requestsPerSecond"]""");
        shown.GetProperty("requested").GetProperty("eTag").GetString().ShouldBe(shown.GetProperty("applied").GetProperty("eTag").GetString());
        await (await console.Admin.GetAsync("/console/api/nodes/none/settings")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task NodeSettings_OfANodeThatDoesNotApplyTheNewest_TellWhereItsValuesComeFrom()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var before = await ReportAsync(console, []);
        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", 7) });
        async Task<(string?, string?)> SourceAsync()
        {
            var difference = (await console.GetAsync("/nodes/node-a1/settings")).GetProperty("differences").EnumerateArray().ShouldHaveSingleItem();
            difference.GetProperty("key").GetString().ShouldBe("contacts.max");
            return (difference.GetProperty("source").GetString(), difference.GetProperty("because").GetString());
        }

        (await SourceAsync()).ShouldBe(("pending", "The node has not applied the newest settings yet."));
        await TellAsync(console, before with { Refused = new("newest", "contacts.max is odd", new Dictionary<string, string> { ["contacts.max"] = "is odd" }) });
        (await SourceAsync()).ShouldBe(("refused", "is odd"));
        var now = await ReportAsync(console, []);
        await TellAsync(console, now with { Effective = now.Effective.Where(option => option.Key != "contacts.max").ToDictionary() });
        (await SourceAsync()).ShouldBe(("unknown", "The node does not know this option."));
    }

    [Fact]
    public async Task NodeSettings_OfANodeThatRefusedItsVeryFirst_TellWhy()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var nothing = new Dictionary<string, JsonElement>();
        await TellAsync(console, new(nothing, nothing, new Dictionary<string, string>(), [], Refused: new("first", "contacts.max is odd", new Dictionary<string, string> { ["contacts.max"] = "is odd" })));
        (await console.GetAsync("/nodes/node-a1/settings")).GetProperty("refused").GetProperty("reason").GetString().ShouldBe("contacts.max is odd");
    }

    // As a node tells it that applies all it was sent but for what its own file says.
    private static async Task<SettingsReport> ReportAsync(SettingsConsole console, Dictionary<string, JsonElement> local)
    {
        using var answer = await console.Node.GetAsync(ClusterRoutes.Settings);
        var document = (await answer.Content.ReadFromJsonAsync<SettingsDocument>(Json.Options))!;
        var effective = document.Options.ToDictionary();
        foreach (var (key, value) in local) effective[key] = value;
        var report = new SettingsReport(effective, local, new Dictionary<string, string>(), [], answer.Headers.ETag!.Tag, document.Revision);
        await TellAsync(console, report);
        return report;
    }

    private static async Task TellAsync(SettingsConsole console, SettingsReport report)
    {
        using var told = await console.Node.PostAsJsonAsync(ClusterRoutes.SettingsReport, report, Json.Options);
        told.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Catalogue_HasWhatFormsNeedAndASchemaOfIt()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var items = (await console.GetAsync("/catalogue")).GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("key").GetString()!);
        items.Keys.ShouldBe(OptionCatalogue.All.Keys);
        var contacts = items["contacts.max"];
        (contacts.GetProperty("type").GetString(), contacts.GetProperty("minimum").GetInt32(), contacts.GetProperty("maximum").GetInt32(), contacts.GetProperty("byRole").GetBoolean())
            .ShouldBe(("number", 0, 10_000, true));
        items["accounts.registration"].GetProperty("choices").ToString().ShouldBe("""["open","closed"]""");
        var schema = (await console.GetAsync("/catalogue/schema")).GetProperty("properties");
        schema.GetProperty("contacts.max").GetProperty("maximum").GetInt32().ShouldBe(10_000);
        schema.GetProperty("limits.trustedProxies").GetProperty("type").GetString().ShouldBe("array");
        schema.EnumerateObject().Count().ShouldBe(OptionCatalogue.All.Count);
    }
}
