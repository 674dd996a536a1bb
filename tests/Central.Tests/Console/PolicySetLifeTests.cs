using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

/// <summary>Making, cloning, renaming, deleting policy sets, and what a change would do.</summary>
[Collection(nameof(StoreCollection))]
public sealed class PolicySetLifeTests(StoreFixture fixture)
{
    private static Dictionary<string, object?> Say(string key, object? value) => new() { [key] = value };

    [Fact]
    public async Task Create_MakesASetThatNodesCanServeAndCloneTakesWhatTheOtherSays()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var gold = await console.PostAsync("/policy-sets", new { key = "gold", prefix = "g", from = "a", comment = "tier" });
        (gold.GetProperty("prefix").GetString(), gold.GetProperty("options").ToString()).ShouldBe(("g", """{"contacts.max":3,"sessions.maxConnectedUsers":50}"""));
        await console.PostAsync("/policy-sets", new { key = "plain" });
        (await console.Cluster.RunAsync("nodes", "add", "node-g1", "--set", "gold")).Code.ShouldBe(0);
        (await console.Cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM place_counters"))).ShouldBe(4, "places can be counted under it");

        await (await console.Admin.PostAsJsonAsync("/console/api/policy-sets", new { key = "gold" })).ShouldBeProblemAsync(409, "policy-set-exists");
        await (await console.Admin.PostAsJsonAsync("/console/api/policy-sets", new { key = "silver", prefix = "a" })).ShouldBeProblemAsync(409, "policy-set-exists");
        foreach (var (body, field) in new (object, string)[] { (new { key = "Gold!" }, "key"), (new { key = "gold\n" }, "key"), (new { key = "x", prefix = "x\n" }, "prefix"), (new { key = "x", prefix = "a/b" }, "prefix"), (new { key = "x", from = "none" }, "from") })
        {
            var problem = await (await console.Admin.PostAsJsonAsync("/console/api/policy-sets", body)).ShouldBeProblemAsync(422, "invalid");
            problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(field);
        }

        (await console.GetAsync("/policy-sets")).GetProperty("items").EnumerateArray().Select(set => set.GetProperty("key").GetString()).ShouldBe(["a", "b", "gold", "plain"]);
    }

    [Fact]
    public async Task Rename_ReachesItsNodesAndItsHistorySaysWho()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        using var answer = await console.Admin.PatchAsJsonAsync("/console/api/policy-sets/a", new { key = "basic", prefix = "start" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var document = (await console.DocumentAsync())!;
        (document.PolicySet.Id, document.PolicySet.Key, document.PolicySet.Prefix).ShouldBe((1, "basic", "start"));
        var revision = (await console.GetAsync("/policy-sets/basic/revisions")).GetProperty("items")[0];
        (revision.GetProperty("author").GetString(), revision.GetProperty("comment").GetString()).ShouldBe(("root", "Renamed from a (/a) to basic (/start)"));
        await (await console.Admin.PatchAsJsonAsync("/console/api/policy-sets/basic", new { prefix = "b" })).ShouldBeProblemAsync(409, "policy-set-exists");
        await (await console.Admin.PatchAsJsonAsync("/console/api/policy-sets/a", new { prefix = "z" })).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Rename_IsAChangeOfItsRevision_AndOfWhatOthersSee()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        async Task<string[]> HistoryAsync() => [.. (await console.GetAsync("/policy-sets/fine/revisions")).GetProperty("items").EnumerateArray()
            .Select(revision => $"{revision.GetProperty("revision")} {revision.GetProperty("comment")} {revision.GetProperty("changes")}")];
        var read = await SettingsApiTests.ETagAsync(console.Admin, "/console/api/policy-sets/a");
        await RenameAsync(console, "a", new { prefix = "fine2", comment = "ticket 1" });
        await RenameAsync(console, "a", new { key = "fine", prefix = "a", comment = "ticket 2" });
        await console.SaveAsync("/policy-sets/fine", new { options = Say("contacts.max", 7), comment = "ticket 3" });
        string[] history =
        [
            """4 ticket 3 {"contacts.max":{"from":3,"to":7}}""", """3 ticket 2 {"key":{"from":"a","to":"fine"},"prefix":{"from":"fine2","to":"a"}}""",
            """2 ticket 1 {"prefix":{"from":"a","to":"fine2"}}""", """1 First settings {"contacts.max":{"to":3},"sessions.maxConnectedUsers":{"to":50}}""",
        ];
        (await HistoryAsync()).ShouldBe(history);

        var problem = await (await SettingsApiTests.SaveAsync(console.Admin, "fine", new { options = Say("contacts.max", 5) }, read)).ShouldBeProblemAsync(412, "precondition-failed");
        problem.GetProperty("changes").ToString().ShouldBe("""{"contacts.max":{"from":3,"to":7},"key":{"from":"a","to":"fine"}}""");

        using var restore = new HttpRequestMessage(HttpMethod.Post, "/console/api/policy-sets/fine/revisions/2/restore") { Content = JsonContent.Create(new { comment = "back" }) };
        restore.Headers.IfMatch.Add(await SettingsApiTests.ETagAsync(console.Admin, "/console/api/policy-sets/fine"));
        using var restored = await console.Admin.SendAsync(restore);
        var set = await restored.JsonAsync();
        (set.GetProperty("key").GetString(), set.GetProperty("prefix").GetString()).ShouldBe(("fine", "a"), "what it is called stays");
        (await HistoryAsync()).ShouldBe(["""5 back {"contacts.max":{"from":7,"to":3}}""", .. history]);
    }

    private static async Task RenameAsync(SettingsConsole console, string key, object names)
    {
        using var answer = await console.Admin.PatchAsJsonAsync($"/console/api/policy-sets/{key}", names);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Delete_IsRefusedWhileNodesServeItOrPeopleAreAtHomeInIt()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        await console.PersonAsync("alice");
        var inUse = await (await console.Admin.DeleteAsync("/console/api/policy-sets/a?homeTo=b")).ShouldBeProblemAsync(409, "policy-set-in-use");
        inUse.GetProperty("detail").GetString()!.ShouldContain("node-a1");
        (await console.Cluster.RunAsync("nodes", "add", "node-a1", "--set", "b", "--renew")).Code.ShouldBe(0);
        (await (await console.Admin.DeleteAsync("/console/api/policy-sets/a")).ShouldBeProblemAsync(409, "policy-set-in-use")).GetProperty("detail").GetString()!.ShouldContain("1 people");
        await (await console.Admin.DeleteAsync("/console/api/policy-sets/a?homeTo=a")).ShouldBeProblemAsync(422, "invalid");
        Task<int> LooksAsync() => console.Cluster.Store.RunAsync(c => c.ExecuteScalarAsync<int>("SELECT holders_version FROM settings_version"));
        var looks = await LooksAsync();
        (await console.Admin.DeleteAsync("/console/api/policy-sets/a?homeTo=b")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LooksAsync()).ShouldBe(looks + 1, "nodes are to look again at whom they know");
        (await console.Cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT home_set_id FROM accounts"))).ShouldBe(2);
        (await console.GetAsync("/policy-sets")).GetProperty("items").GetArrayLength().ShouldBe(1);
        await (await console.Admin.GetAsync("/console/api/policy-sets/a")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Delete_OfTwoSetsIntoEachOther_LeavesOneThatIsEverybodysHome()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        (await console.Cluster.RunAsync("nodes", "remove", "node-a1")).Code.ShouldBe(0);
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = ($"x{round}", $"y{round}");
            foreach (var key in new[] { one, other }) await console.PostAsync("/policy-sets", new { key });
            await console.Cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
                DELETE FROM accounts;
                INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
                SELECT set_key, set_key, set_key, set_key, '', 'active', id, UTC_TIMESTAMP(6) FROM policy_sets WHERE set_key IN (@one, @other)
                """, new { one, other }));
            await Task.WhenAll(console.Admin.DeleteAsync($"/console/api/policy-sets/{one}?homeTo={other}"), console.Admin.DeleteAsync($"/console/api/policy-sets/{other}?homeTo={one}"));
            (await console.Cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<int>(
                "SELECT COUNT(*) FROM accounts a JOIN policy_sets p ON p.id = a.home_set_id"))).ShouldBe(2, "nobody is without a home");
        }
    }

    [Fact]
    public async Task Rename_OfKeyAndPrefixAtOnce_DoesBoth()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        for (var round = 0; round < 10; round++)
        {
            await console.PostAsync("/policy-sets", new { key = $"k{round}" });
            await Task.WhenAll(
                console.Admin.PatchAsJsonAsync($"/console/api/policy-sets/k{round}", new { prefix = $"p{round}" }), console.Admin.PatchAsJsonAsync($"/console/api/policy-sets/k{round}", new { key = $"n{round}" }));
            var set = (await console.GetAsync("/policy-sets")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("key").GetString() == $"n{round}");
            set.GetProperty("prefix").GetString().ShouldBeOneOf($"p{round}", $"k{round}"); // the other came when the old key was gone
            if (set.GetProperty("revision").GetInt32() == 3) set.GetProperty("prefix").GetString().ShouldBe($"p{round}");
        }
    }

    [Fact]
    public async Task Save_OfAnOldRevision_SeesWhatOthersChanged()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var read = await SettingsApiTests.ETagAsync(console.Admin, "/console/api/policy-sets/a");
        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", 7) });
        await console.SaveAsync("/policy-sets/a", new { options = Say("messages.maxLength", 70) });
        var problem = await (await SettingsApiTests.SaveAsync(console.Admin, "a", new { options = Say("contacts.max", 5) }, read)).ShouldBeProblemAsync(412, "precondition-failed");
        problem.GetProperty("changes").ToString().ShouldBe("""{"contacts.max":{"from":3,"to":7},"messages.maxLength":{"to":70}}""");
        (problem.GetProperty("revision").GetInt32(), problem.GetProperty("author").GetString()).ShouldBe((3, "root"));
    }

    [Fact]
    public async Task DryRun_TellsNodesPeopleAndWhoWouldBeOver_AndSavesNothing()
    {
        await using var console = await SettingsConsole.StartAsync(fixture);
        var ids = new List<long>();
        foreach (var name in new[] { "alice", "bob", "carol" }) ids.Add(await console.PersonAsync(name));
        await console.Cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (@alice, @bob, 3), (@bob, @alice, 3), (@alice, @carol, 1), (@carol, @alice, 2);
            INSERT INTO places (policy_set_id, account_id, taken_at) VALUES (1, @alice, UTC_TIMESTAMP(6)), (1, @bob, UTC_TIMESTAMP(6));
            UPDATE place_counters SET taken = 2 WHERE policy_set_id = 1
            """, new { alice = ids[0], bob = ids[1], carol = ids[2] }));

        var impact = await TryAsync(console, "/policy-sets/a", new { options = new Dictionary<string, object> { ["contacts.max"] = 1, ["sessions.maxConnectedUsers"] = 1 } });
        impact.GetProperty("changes").EnumerateObject().Select(change => change.Name).ShouldBe(["contacts.max", "sessions.maxConnectedUsers"]);
        impact.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()).ShouldBe(["node-a1"]);
        impact.GetProperty("people").ToString().ShouldBe("""{"connected":2,"atHome":3}""");
        impact.GetProperty("over").ToString().ShouldBe("""
            [{"option":"contacts.max","policySet":"a","value":1,"what":"people of this home set","count":1,"highest":2},{"option":"sessions.maxConnectedUsers","policySet":"a","value":1,"what":"people connected","count":1,"highest":2}]
            """);
        (await console.GetAsync("/policy-sets/a")).GetProperty("revision").GetInt32().ShouldBe(1);

        (await TryAsync(console, "/policy-sets/a", new { options = Say("contacts.max", 50) })).GetProperty("over").GetArrayLength().ShouldBe(0, "nobody is over a higher one");
        var all = await TryAsync(console, "/cluster-defaults", new { options = Say("messages.maxLength", 50) });
        all.GetProperty("policySets").EnumerateArray().Select(set => set.GetProperty("key").GetString()).ShouldBe(["a", "b"]);
        (await TryAsync(console, "/cluster-defaults", new { options = Say("contacts.max", 50) })).GetProperty("policySets").GetArrayLength().ShouldBe(0, "both sets say it themselves");
        await console.PostAsync("/roles", new { name = "Support", isDefault = true });
        (await TryAsync(console, "/roles/Support", new { options = Say("contacts.max", 50) })).GetProperty("people").GetProperty("holders").GetInt32().ShouldBe(3);
        await (await console.PutAsync("/policy-sets/a?dryRun=true", new { options = Say("contacts.max", -1) })).ShouldBeProblemAsync(422, "invalid");
    }

    private static async Task<JsonElement> TryAsync(SettingsConsole console, string path, object body)
    {
        using var answer = await console.Admin.PutAsJsonAsync($"/console/api{path}?dryRun=true", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}
