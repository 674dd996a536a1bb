using System.Text.Json;

namespace IntraMessenger.Node.Tests.Conferences;

/// <summary>What people do with conferences.</summary>
internal static class Conference
{
    public static Task<Reply> CreatesAsync(this Person person, IEnumerable<Person> with, string? title = null, Guid? clientId = null) =>
        person.PostAsync("/conversations", new { kind = "conference", title, userIds = with.Select(other => other.Id), clientId });

    /// <summary>Its id.</summary>
    public static async Task<string> MakesAsync(this Person person, params Person[] with) => (await person.CreatesAsync(with)).Is(201)["id"].GetString()!;

    public static Task<Reply> InvitesAsync(this Person person, string id, params Person[] others) =>
        person.PostAsync($"/conversations/{id}/members", new { userIds = others.Select(other => other.Id) });

    public static Task<Reply> LeavesAsync(this Person person, string id) => person.DeleteAsync($"/conversations/{id}/members/me");

    public static Task<Reply> RemovesAsync(this Person person, string id, Person other) => person.DeleteAsync($"/conversations/{id}/members/{other.Id}");

    public static async Task<IReadOnlyList<JsonElement>> ReadsAsync(this Person person, string id, string query = "after=0&limit=200") =>
        (await person.GetAsync($"/conversations/{id}/messages?{query}")).Is(200).Items;

    public static long Seq(this JsonElement item) => item.GetProperty("seq").GetInt64();

    public static string Kind(this JsonElement item) => item.GetProperty("kind").GetString()!;

    public static string From(this JsonElement item) => item.GetProperty("from").GetString()!;

    public static string?[] MemberIds(this JsonElement conversation) => [.. conversation.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("id").GetString())];

    public static bool Is(this JsonElement @event, string type) => @event.GetProperty("type").GetString() == type;
}
