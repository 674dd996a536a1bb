using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

/// <summary>Which nodes a change comes to, and who would be over a limit that it lowers, where roles have a say in it.</summary>
[Collection(nameof(StoreCollection))]
public sealed class DryRunTests(StoreFixture fixture)
{
    private static Dictionary<string, object?> Say(string key, object? value) => new() { [key] = value };

    [Fact]
    public async Task Role_ThatLowersALimit_TellsWhoWouldBeOver()
    {
        await using var console = await StartAsync();
        (await OverAsync(console, "/roles/Support", new { options = Say("contacts.max", 1) })).ShouldBe(["contacts.max a Support: 1 of 1, highest 2"]);
        (await OverAsync(console, "/roles/Support", new { options = Say("contacts.max", 2) })).ShouldBeEmpty();
        (await OverAsync(console, "/roles/Support", new { options = Say("contacts.max", 0) })).ShouldBeEmpty("0 is no limit");
        (await OverAsync(console, "/roles/Support", new { options = Say("contacts.max", null) })).ShouldBeEmpty("the policy set says 3");
        await console.SaveAsync("/policy-sets/a", new { options = Say("contacts.max", 1) });
        (await OverAsync(console, "/roles/Support", new { options = Say("contacts.max", null) })).ShouldBe(["contacts.max a: 1 of 1, highest 2"]);
    }

    [Fact]
    public async Task Role_ThatComesToHoldForOthers_TellsWhoWouldBeOver()
    {
        await using var console = await StartAsync();
        await console.PostAsync("/roles", new { name = "Guest", priority = 1, options = Say("contacts.max", 1) });
        await GiveAsync(console, "Guest", "alice");
        (await OverAsync(console, "/roles/Guest", new { options = new { }, priority = 9 })).ShouldBe(["contacts.max a Guest: 1 of 1, highest 2"], "over Support, which says 500");
        (await OverAsync(console, "/roles/Guest", new { options = new { }, isDefault = true })).ShouldBe(["contacts.max a Guest: 1 of 1, highest 2"], "bob, who holds none");
    }

    [Fact]
    public async Task PolicySet_ThatLowersALimit_DoesNotCountWhoseRoleSaysOtherwise()
    {
        await using var console = await StartAsync();
        (await OverAsync(console, "/policy-sets/a", new { options = Say("contacts.max", 1) })).ShouldBe(["contacts.max a: 1 of 1, highest 2"], "bob alone");
        (await OverAsync(console, "/policy-sets/b", new { options = Say("contacts.max", 1) })).ShouldBeEmpty("nobody is at home there");
        await GiveAsync(console, "Support", "bob");
        (await OverAsync(console, "/policy-sets/a", new { options = Say("contacts.max", 1) })).ShouldBeEmpty();
        await console.SaveAsync("/roles/Support", new { options = Say("contacts.max", 1) });
        (await OverAsync(console, "/policy-sets/a", new { options = Say("contacts.max", 1) })).ShouldBeEmpty("they were over it before, and still are");
    }

    /// <summary>alice, Support, and bob have two sessions each under a, all from one address, and one conference with carol.</summary>
    [Theory]
    [InlineData("sessions.maxPerPerson", 1, "2 of 1, highest 2", "1 of 1, highest 2")]
    [InlineData("sessions.maxPerAddress", 3, "1 of 3, highest 4", "1 of 3, highest 4")]
    [InlineData("sessions.maxPerAddress", 4, null, null)]
    [InlineData("conferences.maxMembers", 2, "1 of 2, highest 3", "1 of 2, highest 3")]
    [InlineData("conferences.maxMembers", 3, null, null)]
    public async Task Limit_OfAnyKind_IsJudgedForThoseWhomTheChangeConcerns(string option, int limit, string? bySet, string? byRole)
    {
        await using var console = await StartAsync();
        await console.Cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
            INSERT INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status, address)
            SELECT UNHEX(SHA2(CONCAT(id, n), 256)), id, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6), 2, '10.0.0.1'
            FROM accounts JOIN (SELECT 1 AS n UNION SELECT 2) twice WHERE username <> 'carol';
            INSERT INTO conversations (kind, first_seq, last_seq, changed_at) VALUES ('conference', 1, 0, UTC_TIMESTAMP(6));
            INSERT INTO conversation_members (conversation_id, account_id, read_seq) SELECT LAST_INSERT_ID(), id, 0 FROM accounts
            """));
        (await OverAsync(console, "/policy-sets/a", new { options = Say(option, limit) })).ShouldBe(bySet is null ? [] : [$"{option} a: {bySet}"]);
        (await OverAsync(console, "/roles/Support", new { options = Say(option, limit) })).ShouldBe(byRole is null ? [] : [$"{option} a Support: {byRole}"]);

        await GiveAsync(console, "Support", "bob");
        await GiveAsync(console, "Support", "carol");
        await console.SaveAsync("/roles/Support", new { options = Say(option, 900) });
        (await OverAsync(console, "/policy-sets/a", new { options = Say(option, limit) })).ShouldBeEmpty("the role says otherwise for everybody");
    }

    [Fact]
    public async Task Lock_ThatComesOverALocalFileOrGoes_TellsWhatItChangesOnTheNode()
    {
        await using var console = await StartAsync();
        await console.Cluster.NodeKeyAsync("node-a2", "a");
        await Eventually.HoldsAsync(async () => (await console.GetAsync("/nodes")).GetProperty("items").GetArrayLength() == 2, "control knows both");
        await ReportAsync(console, local: Say("limits.requestsPerSecond", 100));
        var locking = new { options = new { }, locked = new[] { "limits.requestsPerSecond" } };
        var impact = await TryAsync(console, "/policy-sets/a", locking);
        impact.GetProperty("policySets").GetArrayLength().ShouldBe(0);
        Nodes(impact).ShouldBe(["""node-a1 a keeps [] {"limits.requestsPerSecond":{"from":100,"to":50}}"""], "node-a2 has no file of its own");
        impact.GetProperty("people").GetProperty("atHome").GetInt32().ShouldBe(3);
        Nodes(await TryAsync(console, "/policy-sets/a", new { options = new { }, locked = new[] { "limits.signInsPerMinute" } })).ShouldBeEmpty();
        Nodes(await TryAsync(console, "/policy-sets/b", locking)).ShouldBeEmpty();

        await console.SaveAsync("/policy-sets/a", locking);
        await ReportAsync(console, local: [], locked: Say("limits.requestsPerSecond", 100));
        Nodes(await TryAsync(console, "/policy-sets/a", new { options = new { }, locked = Array.Empty<string>() })).ShouldBe(["""node-a1 a keeps [] {"limits.requestsPerSecond":{"from":50,"to":100}}"""]);
    }

    [Fact]
    public async Task Value_ThatALocalFileSaysToo_ComesToTheOtherNodesAlone()
    {
        await using var console = await StartAsync();
        await ReportAsync(console, local: Say("limits.requestsPerSecond", 100));
        var options = new Dictionary<string, object> { ["limits.requestsPerSecond"] = 70, ["contacts.max"] = 4 };
        Nodes(await TryAsync(console, "/policy-sets/a", new { options })).ShouldBe(["""node-a1 a keeps ["limits.requestsPerSecond"] {"contacts.max":{"from":3,"to":4}}"""]);
        Nodes(await TryAsync(console, "/policy-sets/a", new { options, locked = new[] { "limits.requestsPerSecond" } }))
            .ShouldBe(["""node-a1 a keeps [] {"contacts.max":{"from":3,"to":4},"limits.requestsPerSecond":{"from":100,"to":70}}"""]);
    }

    [Fact]
    public async Task Role_ThatChanges_ComesToAllSetsAndNodes()
    {
        await using var console = await StartAsync();
        var impact = await TryAsync(console, "/roles/Support", new { options = Say("contacts.max", 5), isDefault = true });
        impact.GetProperty("policySets").ToString().ShouldBe("""[{"key":"a","effective":{}},{"key":"b","effective":{}}]""");
        Nodes(impact).ShouldBe(["node-a1 a keeps [] {}"]);
        impact.GetProperty("people").ToString().ShouldBe("""{"connected":0,"atHome":0,"holders":3}""", "whoever holds it, and nobody else");
        var same = await TryAsync(console, "/roles/Support", new { options = Say("contacts.max", 500) });
        (same.GetProperty("policySets").GetArrayLength(), same.GetProperty("nodes").GetArrayLength()).ShouldBe((0, 0));
    }

    /// <summary>alice, whose role Support allows 500 contacts, and bob have two each; carol has none. Set a allows 3.</summary>
    private async Task<SettingsConsole> StartAsync()
    {
        var console = await SettingsConsole.StartAsync(fixture);
        var (alice, bob, carol) = (await console.PersonAsync("alice"), await console.PersonAsync("bob"), await console.PersonAsync("carol"));
        await console.Cluster.Store.RunAsync(connection => connection.ExecuteAsync(
            "INSERT INTO contacts (owner_id, peer_id, state) VALUES (@alice, @bob, 3), (@alice, @carol, 1), (@bob, @alice, 3), (@bob, @carol, 1)", new { alice, bob, carol }));
        await console.PostAsync("/roles", new { name = "Support", priority = 2, options = Say("contacts.max", 500) });
        await GiveAsync(console, "Support", "alice");
        return console;
    }

    private static async Task GiveAsync(SettingsConsole console, string role, string username)
    {
        using var answer = await console.Admin.PutAsync($"/console/api/roles/{role}/people/{username}", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>What node-a1 tells of its local file.</summary>
    private static async Task ReportAsync(SettingsConsole console, Dictionary<string, object?> local, Dictionary<string, object?>? locked = null)
    {
        var nothing = new Dictionary<string, object?>();
        using var answer = await console.Node.PostAsJsonAsync(ClusterRoutes.SettingsReport, new { appliedETag = "", appliedRevision = 1, effective = nothing, local, notApplied = nothing, unknown = Array.Empty<string>(), locked });
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    private static string[] Nodes(JsonElement impact) => [.. impact.GetProperty("nodes").EnumerateArray()
        .Select(node => $"{node.GetProperty("name")} {node.GetProperty("policySet")} keeps {node.GetProperty("keeps")} {node.GetProperty("effective")}")];

    private static async Task<JsonElement> TryAsync(SettingsConsole console, string path, object body)
    {
        using var answer = await console.Admin.PutAsJsonAsync($"/console/api{path}?dryRun=true", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>Such as <c>contacts.max a Support: 1 of 1, highest 2</c>: one who is over the limit 1 that role Support says under set a, with 2.</summary>
    private static async Task<string[]> OverAsync(SettingsConsole console, string path, object body) =>
        [.. (await TryAsync(console, path, body)).GetProperty("over").EnumerateArray().Select(over =>
            $"{over.GetProperty("option")} {over.GetProperty("policySet")}{(over.TryGetProperty("role", out var role) ? $" {role}" : "")}: {over.GetProperty("count")} of {over.GetProperty("value")}, highest {over.GetProperty("highest")}")];
}
