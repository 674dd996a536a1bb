using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Leaving;

[Collection(nameof(RunningCollection))]
public sealed class RollingRestartTests(RunningCluster cluster) : IAsyncLifetime
{
    /// <summary>Of one send, which is tried again after 100 ms: usually there are none, and a node that left its routes too late would refuse for seconds.</summary>
    private const int MostRefusals = 4;

    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Nodes_RestartedOneAfterTheOtherUnderLoad_LoseNothingAndRefuseNobodyForLong()
    {
        var people = await cluster.SignedInAsync(10, cluster.Gateway("a"));
        var pairs = await Task.WhenAll(people.Chunk(2).Select(two => TalkingPair.StartAsync(two[0], two[1])));
        await Task.Delay(TimeSpan.FromSeconds(2));

        foreach (var node in new[] { cluster.A1, cluster.A2 })
        {
            await node.StopAsync();
            await Eventually.HoldsAsync(() => node.ExitCode is not null, "the end");
            node.ExitCode.ShouldBe(0, $"{node.Name} was not ended by force");
            await node.RestartAsync();
            await Task.Delay(TimeSpan.FromSeconds(2)); // as an operator would look before the next one
        }

        await Task.WhenAll(pairs.Select(pair => pair.EndAsync()));
        foreach (var pair in pairs)
        {
            var all = Enumerable.Range(1, pair.Acknowledged.Count).Select(seq => (long)seq);
            pair.Acknowledged.Keys.Order().ShouldBe(all, "no number is missing");
            (await pair.StoredAsync()).Select(item => item.GetProperty("text").GetString()).ShouldBe(all.Select(seq => pair.Acknowledged[seq]), "nothing lost, nothing twice");
            foreach (var received in pair.Received)
            {
                // After a change of node some may be told again: what is told for the first time comes in order.
                received.DistinctBy(item => item.Seq).ShouldBe(all.Select(seq => (seq, pair.Acknowledged[seq])));
            }

            pair.LongestSend.TotalSeconds.ShouldBeLessThan(10);
            pair.MostRefusals.ShouldBeLessThanOrEqualTo(MostRefusals);
        }

        pairs.Sum(pair => pair.Moved).ShouldBeGreaterThanOrEqualTo(people.Length, "each was on one node or the other when it left");
        pairs.Sum(pair => pair.Resyncs).ShouldBe(0);
        (await cluster.PlacesAsync("a")).ShouldBe(people.Length);
    }

    [Fact]
    public async Task Node_DrainedInTheConsole_IsLeftByItsPeopleAndStaysSoOverARestart()
    {
        using var console = await ConsoleAsync();
        var pair = await TalkingPair.StartAsync((await cluster.SignedInAsync(1, cluster.Gateway("a")))[0], (await cluster.SignedInAsync(1, cluster.Gateway("a")))[0]);
        await Eventually.HoldsAsync(() => pair.Received.All(own => !own.IsEmpty), "both streams");
        var node = await cluster.HolderAsync(pair.People[0].Id);
        try
        {
            (await AskAsync(console, node, "drain")).TryGetProperty("drainRequestedAt", out _).ShouldBeTrue();
            await Eventually.HoldsAsync(async () => (await ShownAsync(console, node)).GetProperty("draining").GetBoolean() && pair.Moved > 0, "the drain");
            await Eventually.HoldsAsync(async () => (await cluster.HolderAsync(pair.People[0].Id)).Name != node.Name && (await cluster.HolderAsync(pair.People[1].Id)).Name != node.Name,
                "everybody at the other node");
            node.IsAlive.ShouldBeTrue("an operator ends it when they want");
            (await node.NotReadyBecauseAsync()).ShouldNotBeNull().ShouldContain("draining");

            await node.StopAsync();
            node.Start();
            await Eventually.HoldsAsync(async () => (await node.NotReadyBecauseAsync())?.Contains("draining") == true, "the drain after a restart");

            (await AskAsync(console, node, "undrain")).TryGetProperty("drainRequestedAt", out _).ShouldBeFalse();
            await node.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
            await Eventually.HoldsAsync(async () => !(await ShownAsync(console, node)).GetProperty("draining").GetBoolean(), "its return");
        }
        finally
        {
            await AskAsync(console, node, "undrain");
        }

        await pair.EndAsync();
        pair.Resyncs.ShouldBe(0);
        (await console.PostAsync("/console/api/nodes/nobody/drain", null)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task LastNodeOfASet_WhenStopped_DoesNotWaitForAnother()
    {
        var person = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        await using var reader = await person.ListenAsync(person.Cursor);
        await Eventually.HoldsAsync(() => reader.LastId is not null, "the stream");
        await cluster.B1.StopAsync();
        await reader.NextAsync("moved");
        cluster.B1.Start();
        await cluster.B1.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
        (await person.GetAsync("me")).Status.ShouldBe(200);
    }

    private async Task<HttpClient> ConsoleAsync()
    {
        var http = new HttpClient { BaseAddress = new Uri(cluster.Local.Console) };
        using var answer = await http.PostAsJsonAsync("/console/api/session", new { username = LocalCluster.AdminName, password = cluster.Local.AdminPassword });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        return http;
    }

    private static async Task<JsonElement> AskAsync(HttpClient console, Member node, string what)
    {
        using var answer = await console.PostAsync($"/console/api/nodes/{node.Name}/{what}", null);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> ShownAsync(HttpClient console, Member node) =>
        (await console.GetFromJsonAsync<JsonElement>("/console/api/nodes")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == node.Name);
}
