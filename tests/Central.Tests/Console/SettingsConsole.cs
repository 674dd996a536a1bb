using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

/// <summary>An administrator at a control, and a node of set a beside it.</summary>
internal sealed record SettingsConsole(TestCluster Cluster, HttpClient Admin, HttpClient Node) : IAsyncDisposable
{
    public static async Task<SettingsConsole> StartAsync(StoreFixture fixture)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        var console = new SettingsConsole(cluster, await cluster.AdminAsync(control), control.Client(await cluster.NodeKeyAsync("node-a1", "a")));
        await Eventually.HoldsAsync(async () => (await console.GetAsync("/nodes")).GetProperty("items").GetArrayLength() == 1, "control knows the node");
        return console;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Admin.GetAsync("/console/api" + path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Admin.PostAsJsonAsync("/console/api" + path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>Saves over what is there now.</summary>
    public async Task<HttpResponseMessage> PutAsync(string path, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/console/api" + path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(await SettingsApiTests.ETagAsync(Admin, "/console/api" + path.Split('?')[0]));
        return await Admin.SendAsync(request);
    }

    public async Task<JsonElement> SaveAsync(string path, object body)
    {
        using var answer = await PutAsync(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public Task<SettingsDocument?> DocumentAsync() => Node.GetFromJsonAsync<SettingsDocument>(ClusterRoutes.Settings, Json.Options);

    /// <summary>Somebody at home in set a; their id.</summary>
    public Task<long> PersonAsync(string username) => Cluster.Store.RunAsync(connection => connection.QuerySingleAsync<long>("""
        INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
        VALUES (@username, @username, @username, @username, '', 'active', 1, UTC_TIMESTAMP(6)); SELECT LAST_INSERT_ID()
        """, new { username }));

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Node.Dispose();
        await Cluster.DisposeAsync();
    }
}
