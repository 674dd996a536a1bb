using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

[Collection(nameof(StoreCollection))]
public sealed class NodeListTests(StoreFixture fixture)
{
    [Fact]
    public async Task Nodes_ShowRequestedBesideApplied()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        var key = await cluster.NodeKeyAsync("n", "a");
        using var node = control.Client(key);
        var etag = (await SettingsApiTests.ETagAsync(node)).Tag;
        var life = await cluster.LifeAsync("n");
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", applied: etag, revision: 1));
        await Eventually.HoldsAsync(async () => await CountAsync(admin) == 1 && (await NodeAsync(admin)).GetProperty("upToDate").GetBoolean(), "being up to date");
        var shown = await NodeAsync(admin);
        (shown.GetProperty("policySet").GetString(), shown.GetProperty("alive").GetBoolean(), shown.GetProperty("sessions").GetInt32(), shown.GetProperty("lifeId").GetInt64())
            .ShouldBe(("a", true, 7, life));

        using var saved = await SettingsApiTests.SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 8 } });
        shown = await NodeAsync(admin);
        shown.GetProperty("upToDate").GetBoolean().ShouldBeFalse();
        (shown.GetProperty("requested").GetProperty("revision").GetInt64(), shown.GetProperty("applied").GetProperty("revision").GetInt64()).ShouldBe((2, 1));

        var newest = (await SettingsApiTests.ETagAsync(node)).Tag;
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", applied: newest, revision: 2, refused: "contacts.max is wrong."));
        await Eventually.HoldsAsync(async () => (await NodeAsync(admin)).TryGetProperty("refused", out var why) && why.GetString() == "contacts.max is wrong.", "the refusal");
        (await NodeAsync(admin)).GetProperty("upToDate").GetBoolean().ShouldBeFalse();

        // Very much may be wrong: the facts are kept all the same.
        await TestCluster.BeatAsync(control, key, TestCluster.Heartbeat(life, "http://127.0.0.1:1234", applied: newest, revision: 2, refused: new string('x', 9_000)));
        await Eventually.HoldsAsync(async () => (await NodeAsync(admin)).GetProperty("refused").GetString() is { Length: 2_000 } why && why.EndsWith("x ...", StringComparison.Ordinal), "the long refusal");
    }

    [Fact]
    public async Task Nodes_ThatNeverSpoke_AreShownAsNotAlive()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        await cluster.NodeKeyAsync("n", "b");
        await Eventually.HoldsAsync(async () => await CountAsync(admin) == 1, "the node's appearance");
        var shown = await NodeAsync(admin);
        shown.GetProperty("alive").GetBoolean().ShouldBeFalse();
        shown.EnumerateObject().Select(member => member.Name).ShouldNotContain("applied");
        shown.GetProperty("requested").GetProperty("revision").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData(2, null)] // of a version that does not tell its catalogue with its heartbeat
    [InlineData(2, 2)]
    public async Task Nodes_OfAnOlderVersion_AreUpToDateAtEachControl(int asked, int? told)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var other = await cluster.ControlAsync();
        var key = await cluster.NodeKeyAsync("old", "a");
        using var node = control.Client(key);
        using var answer = await node.GetAsync($"{ClusterRoutes.Settings}?catalogue={asked}");
        var life = await cluster.LifeAsync("old");
        var heartbeat = TestCluster.Heartbeat(life, "http://127.0.0.1:9", applied: answer.Headers.ETag!.Tag, revision: 1) with { Catalogue = told };
        // What a node tells itself is enough, at whichever control.
        await TestCluster.BeatAsync(told is null ? control : other, key, heartbeat);
        foreach (var one in new[] { other, control })
        {
            using var admin = await cluster.AdminAsync(one);
            await Eventually.HoldsAsync(async () => await CountAsync(admin) == 1 && (await NodeAsync(admin)).GetProperty("upToDate").GetBoolean(), "being up to date", 5);
            var settings = await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes/old/settings");
            settings.GetProperty("requested").GetProperty("eTag").GetString().ShouldBe(heartbeat.AppliedETag);
        }
    }

    private static async Task<JsonElement> NodeAsync(HttpClient admin) => (await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items")[0];

    private static async Task<int> CountAsync(HttpClient admin) => (await admin.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items").GetArrayLength();
}
