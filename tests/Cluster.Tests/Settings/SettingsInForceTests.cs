using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Settings;

[Collection(nameof(RunningCollection))]
public sealed class SettingsInForceTests(RunningCluster cluster) : IAsyncLifetime
{
    private const int Rounds = 5;

    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task ContactsMax_SavedInTheConsole_IsInForceOnBothNodesWithinASecond()
    {
        await SaveAsync(3);
        var nodes = new[] { cluster.A1, cluster.A2 };
        var people = await Task.WhenAll(nodes.Select(async node => (
            Me: (await cluster.SignedInAsync(1, RunningCluster.At(node)))[0], Others: await cluster.PeopleAsync(3 + Rounds + 1, RunningCluster.At(node)))));
        foreach (var (me, others) in people)
        {
            foreach (var other in others.Take(3)) (await me.PostAsync("contacts", new { username = other.Name })).Status.ShouldBe(201);
        }

        var waits = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (me, others) in people) (await me.PostAsync("contacts", new { username = others[3 + round].Name })).Status.ShouldBe(409);
            await SaveAsync(4 + round);
            var saved = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(people.Select(one => Eventually.HoldsAsync(
                async () => (await one.Me.PostAsync("contacts", new { username = one.Others[3 + round].Name })).Status == 201, "the new limit")));
            waits.Add(TimeProvider.System.GetElapsedTime(saved).TotalSeconds);
        }

        foreach (var (me, others) in people)
            (await me.PostAsync("contacts", new { username = others[3 + Rounds].Name })).Body.GetProperty("limit").GetProperty("value").GetInt32().ShouldBe(3 + Rounds);
        waits.Order().ElementAt(Rounds / 2).ShouldBeLessThan(1, "at the slower node; a machine that is busy may hold up some, not most");
    }

    [Fact]
    public async Task Control_Killed_IsMissedByNobody()
    {
        var alice = (await cluster.SignedInAsync(1, cluster.Gateway("a")))[0];
        await SaveAsync(3);
        await cluster.InForceAsync(3);
        await cluster.Local.ControlProcess.KillAsync();

        // People still sign in and talk through the gateway.
        var bob = (await cluster.SignedInAsync(1, cluster.Gateway("b")))[0];
        await TalkAsync(alice, bob);

        // A node and the gateway start from their last good copies.
        foreach (var member in new[] { cluster.A1, cluster.B1, cluster.Local.GatewayProcess })
        {
            await member.KillAsync();
            member.Start();
            await member.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
        }

        await Eventually.HoldsAsync(async () => (await alice.GetAsync("me")).Status == 200 && (await bob.GetAsync("me")).Status == 200, "the way through the gateway");
        var late = await cluster.SignedInAsync(2, cluster.Gateway("a"), cluster.Gateway("b"));
        await TalkAsync(late[0], late[1]);
        var me = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var others = await cluster.PeopleAsync(4, RunningCluster.At(cluster.A1));
        var replies = new List<int>();
        foreach (var other in others) replies.Add((await me.PostAsync("contacts", new { username = other.Name })).Status);
        replies.ShouldBe([201, 201, 201, 409], "the limit of the last good copy");
    }

    private static async Task TalkAsync(Person from, Person to)
    {
        await from.BefriendAsync(to);
        var conversation = await from.ConversationWithAsync(to);
        await using var reader = await to.ListenAsync();
        Person.Require(await from.SayAsync(conversation, "still here?"), 201);
        await reader.NextAsync("message", data => data.GetProperty("text").GetString() == "still here?");
    }

    private async Task SaveAsync(int contacts)
    {
        using var http = new HttpClient { BaseAddress = new Uri(cluster.Local.ControlProcess.Url) };
        using var signIn = await http.PostAsJsonAsync("/console/api/session", new { username = "admin", password = cluster.Local.AdminPassword });
        var token = (await signIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var before = await http.GetAsync("/console/api/policy-sets/a");
        using var save = new HttpRequestMessage(HttpMethod.Put, "/console/api/policy-sets/a");
        save.Headers.IfMatch.Add(before.Headers.ETag!);
        save.Content = JsonContent.Create(new { comment = "a test", options = new Dictionary<string, int> { ["contacts.max"] = contacts } });
        using var saved = await http.SendAsync(save);
        saved.EnsureSuccessStatusCode();
    }
}
