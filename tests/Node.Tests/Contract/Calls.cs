namespace IntraMessenger.Node.Tests.Contract;

/// <summary>Two contacts with a conversation, and others whom it does not concern.</summary>
internal sealed class World
{
    public required Person Alice { get; init; }
    public required Person Bob { get; init; }
    public required Person Carol { get; init; }
    public required Person Dan { get; init; }
    public required string SecondSession { get; init; }
    public required string Conversation { get; init; }
    /// <summary>Of Alice, who made it, and Bob.</summary>
    public required string Conference { get; init; }
    /// <summary>Between Carol and Dan.</summary>
    public required string Foreign { get; init; }
    public required string ForeignSession { get; init; }

    public static async Task<World> MakeAsync(TestNode node)
    {
        var (alice, bob, carol, dan) = (await node.SignUpAsync("alice"), await node.SignUpAsync("bob"), await node.SignUpAsync("carol"), await node.SignUpAsync("dan"));
        await alice.BefriendAsync(bob);
        await carol.BefriendAsync(dan);
        await alice.SendsAsync(bob, "mine");
        await bob.SendsAsync(alice, "yours");
        await carol.SendsAsync(dan, "a secret");
        var second = await alice.SignInAsync();
        return new World
        {
            Alice = alice,
            Bob = bob,
            Carol = carol,
            Dan = dan,
            SecondSession = second.SessionId,
            Conversation = await alice.OpenAsync(bob),
            Conference = (await alice.PostAsync("/conversations", new { kind = "conference", userIds = new[] { bob.Id } })).Is(201)["id"].GetString()!,
            Foreign = await carol.OpenAsync(dan),
            ForeignSession = carol.SessionId,
        };
    }
}

/// <summary>One call of the contract as Alice makes it well.</summary>
/// <param name="Route">Method and pattern, as mapped.</param>
internal sealed record Call(string Route, Func<World, string> Path, int Status, Func<World, object>? Body = null)
{
    public HttpMethod Method => new(Route.Split(' ')[0]);

    public bool NeedsSession { get; init; } = true;

    /// <summary>A member of the body and a value of the wrong type.</summary>
    public (string Name, string Json) WrongType { get; init; }

    /// <summary>Members that must be there.</summary>
    public string[] Required { get; init; } = [];

    /// <summary>Paths that name what is somebody else's, or nothing at all.</summary>
    public Func<World, string[]>? Elsewhere { get; init; }

    /// <summary>Queries that are wrong, with the field that the answer names.</summary>
    public (string Query, string Field)[] BadQueries { get; init; } = [];
}

internal static class Calls
{
    private static readonly string[] NonsenseIds = ["0", "-1", "007", "x", "1e3", "99999999999999999999999", "9223372036854775807", "%F0%9F%98%80", "1%20OR%201=1"];

    private static readonly (string, string)[] BadLists = [("after=x", "after"), ("after=-1", "after"), ("after=99999999999999999999", "after"), ("limit=many", "limit")];

    public static IReadOnlyDictionary<string, Call> All { get; } = new Call[]
    {
        new("POST /accounts", _ => "/accounts", 201, world => new { username = world.Alice.Node.Cluster.Unused("made"), password = "a long password" })
        {
            NeedsSession = false,
            WrongType = ("username", "5"),
            Required = ["username", "password"],
        },
        new("POST /session", _ => "/session", 201, world => new { username = world.Alice.Username, password = TestNode.Password })
        {
            NeedsSession = false,
            WrongType = ("password", "{}"),
            Required = ["username", "password"],
        },
        new("GET /options", _ => "/options", 200) { NeedsSession = false },
        new("GET /session", _ => "/session", 200),
        new("DELETE /session", _ => "/session", 204),
        new("GET /sessions", _ => "/sessions", 200),
        new("DELETE /sessions/{id}", world => $"/sessions/{world.SecondSession}", 204)
        {
            Elsewhere = world => [.. NonsenseIds.Append(world.ForeignSession).Select(id => $"/sessions/{id}")],
        },
        new("PUT /me/status", _ => "/me/status", 200, _ => new { status = "away", reason = "lunch" }) { WrongType = ("reason", "1"), Required = ["status"] },
        new("GET /me", _ => "/me", 200),
        new("PATCH /me", _ => "/me", 200, _ => new { displayName = "Another" }) { WrongType = ("displayName", "[]") },
        new("PUT /me/password", _ => "/me/password", 204, _ => new { current = TestNode.Password, @new = "another password" })
        {
            WrongType = ("new", "true"),
            Required = ["current", "new"],
        },
        new("DELETE /me", _ => "/me", 204),
        new("GET /me/export", _ => "/me/export", 200),
        new("GET /directory", _ => "/directory", 200) { BadQueries = [.. BadLists, ("query=" + new string('q', 65), "query"), ("query=%00", "query"), ("query=%20", "query")] },
        new("GET /contacts", _ => "/contacts", 200) { BadQueries = BadLists },
        new("POST /contacts", _ => "/contacts", 201, world => new { userId = world.Carol.Id, text = "Hello" }) { WrongType = ("userId", "17") },
        new("POST /contacts/{userId}/accept", world => $"/contacts/{world.Bob.Id}/accept", 200) { Elsewhere = world => People(world, "/accept") },
        new("POST /contacts/{userId}/decline", world => $"/contacts/{world.Dan.Id}/decline", 204) { Elsewhere = world => Nobody(world, "/decline") },
        new("POST /contacts/{userId}/refuse", world => $"/contacts/{world.Dan.Id}/refuse", 404) { Elsewhere = world => People(world, "/refuse") },
        new("POST /contacts/{userId}/block", world => $"/contacts/{world.Bob.Id}/block", 200) { Elsewhere = world => Nobody(world, "/block") },
        new("POST /contacts/{userId}/unblock", world => $"/contacts/{world.Bob.Id}/unblock", 204) { Elsewhere = world => Nobody(world, "/unblock") },
        new("PATCH /contacts/{userId}", world => $"/contacts/{world.Bob.Id}", 200, _ => new { alias = "Bobby", vip = true })
        {
            WrongType = ("vip", "\"yes\""),
            Elsewhere = world => People(world, ""),
        },
        new("DELETE /contacts/{userId}", world => $"/contacts/{world.Bob.Id}", 204) { Elsewhere = world => Nobody(world, "") },
        new("GET /conversations", _ => "/conversations", 200) { BadQueries = BadLists },
        new("GET /conversations/{id}", world => $"/conversations/{world.Conversation}", 200) { Elsewhere = world => Conversations(world, "") },
        new("PUT /conversations/direct/{userId}", world => $"/conversations/direct/{world.Bob.Id}", 200)
        {
            Elsewhere = world => [.. NonsenseIds.Append(world.Alice.Id).Select(id => $"/conversations/direct/{id}")],
        },
        new("POST /conversations", _ => "/conversations", 201, world => new { kind = "conference", userIds = new[] { world.Bob.Id }, title = "Lunch", clientId = Guid.NewGuid() })
        {
            WrongType = ("userIds", "5"),
            Required = ["kind", "userIds"],
        },
        new("POST /conversations/{id}/members", world => $"/conversations/{world.Conference}/members", 200, world => new { userIds = new[] { world.Bob.Id } })
        {
            WrongType = ("userIds", "\"1\""),
            Required = ["userIds"],
            Elsewhere = world => [.. Conversations(world, "/members"), $"/conversations/{world.Conversation}/members"],
        },
        new("DELETE /conversations/{id}/members/{userId}", world => $"/conversations/{world.Conference}/members/{world.Bob.Id}", 204)
        {
            Elsewhere = world =>
            [
                .. Conversations(world, "/members/me"), $"/conversations/{world.Conversation}/members/me", $"/conversations/{world.Conversation}/members/{world.Bob.Id}",
                .. NonsenseIds.Append(world.Carol.Id).Select(id => $"/conversations/{world.Conference}/members/{id}"),
            ],
        },
        new("POST /conversations/{id}/read", world => $"/conversations/{world.Conversation}/read", 204, _ => new { seq = 2 })
        {
            WrongType = ("seq", "\"2\""),
            Required = ["seq"],
            Elsewhere = world => Conversations(world, "/read"),
        },
        new("POST /conversations/{id}/typing", world => $"/conversations/{world.Conversation}/typing", 204) { Elsewhere = world => Conversations(world, "/typing") },
        new("POST /conversations/{id}/messages", world => $"/conversations/{world.Conversation}/messages", 201, _ => new { clientId = Guid.NewGuid(), text = "new" })
        {
            WrongType = ("clientId", "\"not a uuid\""),
            Required = ["clientId", "text"],
            Elsewhere = world => Conversations(world, "/messages"),
        },
        new("GET /conversations/{id}/messages", world => $"/conversations/{world.Conversation}/messages", 200)
        {
            Elsewhere = world => Conversations(world, "/messages"),
            BadQueries = [("after=-1", "after"), ("before=0", "before"), ("before=-5", "before"), ("after=1&before=2", "before"), ("after=x", "after"), ("limit=1e9", "limit")],
        },
        new("PATCH /conversations/{id}/messages/{seq:long}", world => $"/conversations/{world.Conversation}/messages/1", 200, _ => new { text = "changed" })
        {
            WrongType = ("text", "null"),
            Required = ["text"],
            Elsewhere = Messages,
        },
        new("DELETE /conversations/{id}/messages/{seq:long}", world => $"/conversations/{world.Conversation}/messages/1", 204) { Elsewhere = Messages },
        new("GET /events", world => $"/events?wait=0&after={world.Alice.Cursor}", 200)
        {
            BadQueries =
            [
                ("wait=-1", "wait"), ("wait=56", "wait"), ("wait=soon", "wait"), ("wait=99999999999", "wait"), ("after=x", "after"), ("after=", "after"), ("after=1.2.3", "after"),
                ("heartbeat=4", "heartbeat"), ("heartbeat=56", "heartbeat"), ("heartbeat=x", "heartbeat"), ("after=1.2.3.4.5", "after"), ("after=-1.0.0.0", "after"), ("after=0.0.0.99999999999999999", "after"), ("after=0.0.0.99999999999999999999999", "after"),
            ],
        },
        new("GET /openapi/v1.json", _ => "/openapi/v1.json", 200) { NeedsSession = false, Elsewhere = _ => ["/openapi/v2.json"] },
    }.ToDictionary(call => call.Route);

    private static string[] Nobody(World world, string action) => [.. NonsenseIds.Append(world.Alice.Id).Select(id => $"/contacts/{id}{action}")];

    // Nor anybody with whom there is nothing to do.
    private static string[] People(World world, string action) => [.. Nobody(world, action), $"/contacts/{world.Carol.Id}{action}"];

    private static string[] Conversations(World world, string action) => [.. NonsenseIds.Append(world.Foreign).Select(id => $"/conversations/{id}{action}")];

    private static string[] Messages(World world) =>
    [
        $"/conversations/{world.Foreign}/messages/1", .. NonsenseIds.Select(id => $"/conversations/{id}/messages/1"),
        .. new[] { "0", "-1", "3", "x", "9223372036854775807", "9223372036854775808" }.Select(seq => $"/conversations/{world.Conversation}/messages/{seq}"),
    ];
}
