using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Settings;

[Collection(nameof(StoreCollection))]
public sealed class SettingsApiTests(StoreFixture fixture)
{
    [Fact]
    public async Task Settings_OfANode_AreThoseOfItsSetWithDefaultsHomesAndClusterKey()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "b"));
        var document = await node.GetFromJsonAsync<SettingsDocument>(ClusterRoutes.Settings, Json.Options);
        document!.PolicySet.ShouldBe(new PolicySetIdentity(2, "b", "b"));
        document.Node.Name.ShouldBe("n");
        document.Options["contacts.max"].GetInt32().ShouldBe(20);
        document.Options["messages.maxLength"].GetInt32().ShouldBe(4000);
        document.Homes.Keys.ShouldBe(["1", "2"], ignoreOrder: true);
        document.Homes["1"].Keys.ShouldBe(OptionCatalogue.All.Values.Where(option => option.OfHomeSet).Select(option => option.Key));
        document.Homes["1"].Keys.ShouldContain("messages.allowOffline");
        Convert.FromBase64String(document.ClusterKey).Length.ShouldBe(32);
    }

    [Fact]
    public async Task Settings_WithTheKnownETag_AreNotSentAgain()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var etag = await ETagAsync(node);
        using var same = await GetAsync(node, etag, wait: 0);
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var other = await GetAsync(node, new EntityTagHeaderValue("\"other\""), wait: 0);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Wait_WithNothingNew_EndsWhenItsTimeIsOver()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var etag = await ETagAsync(node);
        var watch = Stopwatch.StartNew();
        using var answer = await GetAsync(node, etag, wait: 1);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        watch.Elapsed.TotalSeconds.ShouldBeInRange(0.9, 20);
    }

    [Fact]
    public async Task Save_ThroughAnotherControl_AnswersEveryWaiterLongBeforeItsTime()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var other = await cluster.ControlAsync();
        using var admin = await cluster.AdminAsync(other);
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var etag = await ETagAsync(node);
        var waiting = Enumerable.Range(0, 50).Select(_ => GetAsync(node, etag, wait: 30)).ToArray();
        await Task.Delay(300); // they wait
        waiting.ShouldAllBe(request => !request.IsCompleted);

        using var saved = await SaveAsync(admin, "a", new { comment = "", options = new Dictionary<string, object?> { ["contacts.max"] = 4 } });
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        var watch = Stopwatch.StartNew();
        foreach (var answer in await Task.WhenAll(waiting))
        {
            (await answer.JsonAsync()).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(4);
            answer.Dispose();
        }

        watch.Elapsed.TotalSeconds.ShouldBeLessThan(20, "they would wait for 30 seconds");
    }

    [Fact]
    public async Task Save_ThroughTheSameControl_AnswersTheWaiterBeforeTheAdministrator()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        using var saved = await SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 5 } });
        // Not even the 250 ms look at the store may be needed.
        (await node.GetFromJsonAsync<JsonElement>(ClusterRoutes.Settings)).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task Save_OfOneSet_LeavesTheNodesOfOthersWaiting()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        using var node = control.Client(await cluster.NodeKeyAsync("n", "b"));
        var etag = await ETagAsync(node);
        var waiting = GetAsync(node, etag, wait: 2);
        using var saved = await SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 6 } });
        using var answer = await waiting;
        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task ClusterApi_WithoutAKnownKey_IsRefused(string? key)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var gateway = (await cluster.RunAsync("gateways", "add", "g")).Secret;
        foreach (var bearer in new[] { key, key is null ? null : gateway })
        {
            using var caller = control.Client(bearer);
            await (await caller.GetAsync(ClusterRoutes.Settings)).ShouldBeProblemAsync(401, "unknown-key");
            // Refused before the body is looked at.
            await (await caller.PostAsync(ClusterRoutes.Heartbeat, new StringContent("nonsense", System.Text.Encoding.UTF8, "application/json"))).ShouldBeProblemAsync(401, "unknown-key");
        }
    }

    [Fact]
    public async Task Key_ThatWasRenewed_EndsTheWaitOfItsHolder()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var etag = await ETagAsync(node);
        var waiting = GetAsync(node, etag, wait: 30);
        (await cluster.RunAsync("nodes", "add", "n", "--set", "a", "--renew")).Code.ShouldBe(0);
        using var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        await answer.ShouldBeProblemAsync(401, "unknown-key");
    }

    [Theory]
    [InlineData("wait=31", "wait")]
    [InlineData("wait=-1", "wait")]
    [InlineData("catalogue=0", "catalogue")]
    [InlineData("wait=soon", "wait")]
    public async Task Settings_WithAWrongParameter_NameIt(string query, string field)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var problem = await (await node.GetAsync($"{ClusterRoutes.Settings}?{query}")).ShouldBeProblemAsync(422, "invalid");
        problem.GetProperty("errors").TryGetProperty(field, out var _).ShouldBeTrue();
    }

    [Fact]
    public async Task RestoredStore_WithAnOlderVersion_IsFollowedUnderANewEpoch()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        using var saved = await SaveAsync(admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 9 } });
        var before = await node.GetFromJsonAsync<SettingsDocument>(ClusterRoutes.Settings, Json.Options);
        var waiting = GetAsync(node, await ETagAsync(node), wait: 30);

        await cluster.Store.TransactAsync(async t =>
        {
            await t.ExecuteAsync("UPDATE settings_heads SET revision = 1 WHERE kind = 'set' AND owner_id = 1");
            await t.ExecuteAsync("DELETE FROM settings_revisions WHERE kind = 'set' AND owner_id = 1 AND revision > 1");
            await t.ExecuteAsync("UPDATE settings_version SET version = 1");
        });
        using var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        var after = await answer.Content.ReadFromJsonAsync<SettingsDocument>(Json.Options);
        after!.Options["contacts.max"].GetInt32().ShouldBe(3);
        after.Epoch.ShouldNotBe(before!.Epoch);
        // What an administrator read before the restore cannot be saved over what came back.
        await (await SaveAsync(admin, "a", new { options = new Dictionary<string, object?>() }, saved.Headers.ETag!)).ShouldBeProblemAsync(412, "precondition-failed");
    }

    [Fact]
    public async Task RestoredStore_WithAnotherEpochAndTheSameVersion_IsFollowed()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var node = control.Client(await cluster.NodeKeyAsync("n", "a"));
        var waiting = GetAsync(node, await ETagAsync(node), wait: 30);
        await cluster.Store.RunAsync(c => c.ExecuteAsync("UPDATE settings_version SET epoch = 'restored'"));
        using var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        (await answer.JsonAsync()).GetProperty("epoch").GetString().ShouldBe("restored");
    }

    [Fact]
    public async Task ClusterKey_WithTwoControls_IsOneForEver()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var controls = await Task.WhenAll(cluster.ControlAsync(), cluster.ControlAsync());
        var key = await cluster.NodeKeyAsync("n", "a");
        var etags = new List<EntityTagHeaderValue>();
        foreach (var control in controls)
        {
            using var node = control.Client(key);
            etags.Add(await ETagAsync(node));
        }

        etags[0].ShouldBe(etags[1]); // the whole document is the same, its cluster key with it
    }

    internal static Task<HttpResponseMessage> GetAsync(HttpClient node, EntityTagHeaderValue known, int wait)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{ClusterRoutes.Settings}?wait={wait}");
        request.Headers.IfNoneMatch.Add(known);
        return node.SendAsync(request);
    }

    internal static async Task<EntityTagHeaderValue> ETagAsync(HttpClient client, string path = ClusterRoutes.Settings)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return answer.Headers.ETag!;
    }

    /// <summary>Saves over what is there now, or over <paramref name="ifMatch"/>.</summary>
    internal static async Task<HttpResponseMessage> SaveAsync(HttpClient admin, string set, object body, EntityTagHeaderValue? ifMatch = null)
    {
        var path = $"/console/api/policy-sets/{set}";
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(ifMatch ?? await ETagAsync(admin, path));
        return await admin.SendAsync(request);
    }
}
