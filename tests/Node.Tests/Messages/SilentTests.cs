using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Tests.Messages;

/// <summary>Somebody whom nobody may write to directly (<c>permissions.silent</c>).</summary>
public sealed class SilentTests : IAsyncLifetime
{
    private static readonly Dictionary<string, JsonElement> Silent = new() { ["permissions.silent"] = JsonSerializer.SerializeToElement(true) };

    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private static async Task IsSilentAsync(Person writer, Person silent, string conversation)
    {
        (await writer.SendAsync(conversation, "Hello?")).IsProblem(403, "recipient-silent");
        (await writer.PostAsync($"/conversations/{conversation}/typing")).IsProblem(403, "recipient-silent");
        (await writer.PatchAsync($"/conversations/{conversation}/messages/1", new { text = "changed" })).IsProblem(403, "recipient-silent");
        (await writer.PutAsync($"/conversations/direct/{silent.Id}")).IsProblem(403, "recipient-silent");
        (await silent.SendAsync(conversation, "I may write.")).Is(201);
        var conference = (await writer.PostAsync("/conversations", new { kind = "conference", userIds = new[] { silent.Id } })).Is(201)["id"].GetString()!;
        (await writer.SendAsync(conference, "Here we can talk.")).Is(201);
    }

    private static async Task<string> TalkAsync(Person writer, Person other)
    {
        await writer.BefriendAsync(other);
        var conversation = await writer.OpenAsync(other);
        (await writer.SendAsync(conversation, "Hello")).Is(201);
        return conversation;
    }

    [Fact]
    public async Task Silent_ByTheHomeSet_TakesMessagesInConferencesOnly()
    {
        _cluster.Homes["2"] = Silent;
        var (a, b) = (await _cluster.StartNodeAsync("a"), await _cluster.StartNodeAsync("b"));
        var (writer, silent, stranger) = (await a.SignUpAsync("writer"), await b.SignUpAsync("silent"), await a.SignUpAsync("stranger"));
        await writer.BefriendAsync(silent);
        var conversation = (await silent.PutAsync($"/conversations/direct/{writer.Id}")).Is(200)["id"].GetString()!;
        (await silent.SendAsync(conversation, "I begin.")).Is(201);
        (await writer.SendAsync(conversation, "Hello?")).IsProblem(403, "recipient-silent");
        (await stranger.PutAsync($"/conversations/direct/{silent.Id}")).IsProblem(403, "not-a-contact", because: "who is silent is told to contacts only");
    }

    [Fact]
    public async Task Silent_ByARole_TakesMessagesInConferencesOnly()
    {
        _cluster.Roles.Add(new RoleOptions(7, "Board", 1, false, Silent));
        var node = await _cluster.StartNodeAsync("a");
        var (writer, silent) = (await node.SignUpAsync("writer"), await node.SignUpAsync("silent"));
        var conversation = await TalkAsync(writer, silent);
        await _cluster.ExecuteAsync("INSERT INTO account_roles (account_id, role_id) VALUES (@Id, 7)", new { silent.Id });
        await IsSilentAsync(writer.At(await _cluster.StartNodeAsync("a")), silent, conversation);
        var free = await node.SignUpAsync("free");
        await TalkAsync(writer, free);
    }
}
