using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Tests.Messages;

/// <summary>Somebody whom nobody may write to directly (<c>permissions.silent</c>).</summary>
public sealed class SilentTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private static readonly Dictionary<string, JsonElement> Silent = new() { ["permissions.silent"] = JsonSerializer.SerializeToElement(true) };

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
    [Trait("effect", "permissions.silent")]
    public async Task Silent_ByTheHomeSet_TakesMessagesInConferencesOnly()
    {
        nodes.Cluster.Homes["2"] = Silent;
        var (a, b) = (await nodes.Cluster.StartNodeAsync("a"), nodes.B1);
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
        nodes.Cluster.Roles.Add(new RoleOptions(7, "Board", 1, false, Silent));
        var node = await nodes.Cluster.StartNodeAsync("a");
        var (writer, silent) = (await node.SignUpAsync("writer"), await node.SignUpAsync("silent"));
        var conversation = await TalkAsync(writer, silent);
        await nodes.Cluster.ExecuteAsync("INSERT INTO account_roles (account_id, role_id) VALUES (@Id, 7)", new { silent.Id });
        await IsSilentAsync(writer.At(await nodes.Cluster.StartNodeAsync("a")), silent, conversation);
        var free = await node.SignUpAsync("free");
        await TalkAsync(writer, free);
    }
}
