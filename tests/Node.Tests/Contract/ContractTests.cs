using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Contract;

/// <summary>What holds for every call, whatever it does.</summary>
public sealed class ContractTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    public static TheoryData<string> Every => [.. Calls.All.Keys];

    public static TheoryData<string> WithSession => [.. Calls.All.Values.Where(call => call.NeedsSession).Select(call => call.Route)];

    public static TheoryData<string> WithBody => [.. Calls.All.Values.Where(call => call.Body is not null).Select(call => call.Route)];

    public static TheoryData<string> WithAnId => [.. Calls.All.Values.Where(call => call.Elsewhere is not null).Select(call => call.Route)];

    public static TheoryData<string> WithAQuery => [.. Calls.All.Values.Where(call => call.BadQueries.Length > 0).Select(call => call.Route)];

    [Fact]
    public void Table_OfCalls_HasEveryMappedRoute()
    {
        var mapped = Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ManagementEndpoint>() is null && !IsPage(endpoint))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method =>
                $"{method} {endpoint.RoutePattern.RawText!["/api/v1".Length..].TrimEnd('/')}"));
        mapped.ShouldBe(Calls.All.Keys, ignoreOrder: true);
    }

    // The files of the page and nothing that only looks like one.
    private bool IsPage(RouteEndpoint endpoint) => Node.Services.GetRequiredService<PageFiles>().All.Any(file => "/" + file.Path == endpoint.RoutePattern.RawText);

    [Theory, MemberData(nameof(Every))]
    public async Task Call_MadeWell_IsAnsweredAndPassesOverUnknownMembers(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        var body = call.Body is null ? null : JsonSerializer.SerializeToNode(call.Body(world))!.AsObject();
        body?.Add("notInvented", new JsonObject { ["yet"] = new JsonArray(1, 2) });
        (await world.Alice.Node.SendAsync(call.Method, call.Path(world), body is null ? null : Json(body.ToJsonString()), world.Alice.Token)).Is(call.Status, route);
    }

    [Theory, MemberData(nameof(WithSession))]
    public async Task Call_WithoutAGoodToken_IsRefusedAndChangesNothing(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        var elsewhere = await world.Alice.SignInAsync(at: nodes.B1);
        var expired = await world.Alice.SignInAsync();
        var locked = await Node.SignUpAsync("locked");
        await nodes.Cluster.ExecuteAsync("UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = @SessionId", new { expired.SessionId });
        await nodes.Cluster.ExecuteAsync("UPDATE accounts SET state = 'locked' WHERE id = @Id", new { locked.Id });

        await ChangesNothingAsync(async () =>
        {
            foreach (var (token, what) in new[]
            {
                (null, "no token"), ("", "an empty token"), ("garbage", "garbage"), (new string('x', 43), "a token of nobody"), (new string('x', 5000), "a long one"),
                (world.Alice.Token + "x", "a token with more"), (elsewhere.Token, "a token of another policy set"), (expired.Token, "an expired token"),
                (locked.Token, "a token of somebody locked"),
            })
            {
                (await Node.SendAsync(call.Method, call.Path(world), Body(call, world), token)).IsProblem(401, "no-session", because: $"{route} with {what}");
            }

            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + world.Alice.Token));
            (await Node.SendAsync(call.Method, call.Path(world), Body(call, world), null, ("Authorization", "Basic " + basic))).IsProblem(401, "no-session", because: route);
        });
    }

    [Theory, MemberData(nameof(WithBody))]
    public async Task Call_WithABadBody_NamesTheFieldAndChangesNothing(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        var good = JsonSerializer.SerializeToNode(call.Body!(world))!.AsObject();
        var text = good.ToJsonString();
        var first = good.First().Key;
        var bad = new List<(string What, string Json, string? Field)>
        {
            ("half a body", text[..^3], null), ("no JSON", "hello", null), ("nothing", "", null), ("null", "null", null), ("an array", "[]", null), ("a number", "1", null),
            ("a comment", "/* */" + text, null), ("two bodies", text + text, null), ("a trailing comma", text[..^1] + ",}", null),
            ("a member twice", text[..^1] + $",\"{first}\":{good[first]!.ToJsonString()}}}", null),
            ("deep nesting", text[..^1] + ",\"x\":" + string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40)) + "}", null),
            ("very deep nesting", string.Concat(Enumerable.Repeat("{\"x\":", 20_000)), null),
            ("the wrong type", With(good, call.WrongType.Name, call.WrongType.Json), call.WrongType.Name),
        };
        foreach (var name in call.Required)
        {
            bad.Add(($"no {name}", With(good, name, null), name));
            bad.Add(($"null as {name}", With(good, name, "null"), name));
        }

        await ChangesNothingAsync(async () =>
        {
            foreach (var (what, json, field) in bad)
                (await Node.SendAsync(call.Method, call.Path(world), Json(json), world.Alice.Token)).IsProblem(422, "invalid", field, $"{route} with {what}");
            (await Node.SendAsync(call.Method, call.Path(world), content: null, world.Alice.Token)).IsProblem(422, "invalid", because: $"{route} without a body");
        });
    }

    [Theory, MemberData(nameof(WithBody))]
    public async Task Call_WithAnotherContentType_IsRefusedAndChangesNothing(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        await ChangesNothingAsync(async () =>
        {
            foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonx", "nonsense" })
            {
                var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call.Body!(world)));
                content.Headers.TryAddWithoutValidation("Content-Type", type);
                (await Node.SendAsync(call.Method, call.Path(world), content, world.Alice.Token)).IsProblem(415, "unsupported-media-type", because: $"{route} with {type}");
            }
        });
    }

    [Theory, MemberData(nameof(WithBody))]
    public async Task Call_WithTenMegabytes_IsRefusedAndChangesNothing(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        var big = Encoding.UTF8.GetBytes(With(JsonSerializer.SerializeToNode(call.Body!(world))!.AsObject(), "padding", $"\"{new string('x', 10 * 1024 * 1024)}\""));
        await ChangesNothingAsync(async () =>
        {
            (await SendRawAsync(call, world, big, chunked: false)).ShouldBe((413, "too-large"), $"{route} with a length");
            (await SendRawAsync(call, world, big, chunked: true)).ShouldBe((413, "too-large"), $"{route} in chunks");
        });
    }

    [Theory, MemberData(nameof(WithAnId))]
    public async Task Call_ForWhatIsNotMine_IsNotFoundAndChangesNothing(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        await ChangesNothingAsync(async () =>
        {
            foreach (var path in call.Elsewhere!(world))
            {
                var answer = await Node.SendAsync(call.Method, path, Body(call, world), call.NeedsSession ? world.Alice.Token : null);
                answer.IsProblem(404, answer.Code == "user-not-found" ? "user-not-found" : "not-found", because: $"{call.Method} {path}");
            }
        });
    }

    [Theory, MemberData(nameof(WithAQuery))]
    public async Task Call_WithABadQuery_NamesTheField(string route)
    {
        var (call, world) = (Calls.All[route], await World.MakeAsync(Node));
        foreach (var (query, field) in call.BadQueries)
            (await world.Alice.GetAsync($"{call.Path(world).Split('?')[0]}?{query}")).IsProblem(422, "invalid", field, $"{route} with {query}");
    }

    [Fact]
    public async Task Limit_OfAList_IsClamped()
    {
        var world = await World.MakeAsync(Node);
        foreach (var limit in new[] { "0", "-7", "201", "2147483647" })
            (await world.Alice.GetAsync($"/contacts?limit={limit}")).Is(200).Items.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "not-found")]
    [InlineData("DELETE", "/accounts", 405, "method-not-allowed")]
    [InlineData("PUT", "/contacts", 405, "method-not-allowed")]
    [InlineData("GET", "/../../b/api/v1/me", 404, "not-found")]
    [InlineData("POST", "/cluster/v1/signals", 404, "not-found")]
    public async Task Path_ThatIsNoCall_IsAProblemDocument(string method, string path, int status, string code)
    {
        var alice = await Node.SignUpAsync("alice");
        (await Node.SendAsync(new HttpMethod(method), path, null, alice.Token)).IsProblem(status, code);
    }

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/cluster/v1/signals")]
    [InlineData("/b/api/v1/me")]
    [InlineData("/api/v1/me")]
    [InlineData("/ab/api/v1/me")]
    [InlineData("/a/health/ready")]
    public async Task PublicPort_OutsideOfThePrefix_HasNothing(string path)
    {
        (await Reply.OfAsync(await Node.Http.GetAsync(path))).IsProblem(404, "not-found", because: path);
    }

    [Fact]
    public async Task PublicPort_ForASignal_HasNothing() =>
        (await Reply.OfAsync(await Node.Http.PostAsync("/a/cluster/v1/signals", Json("[]")))).IsProblem(404, "not-found");

    [Fact]
    public async Task ManagementPort_ForTheContract_HasNothing()
    {
        var alice = await Node.SignUpAsync("alice");
        using var request = new HttpRequestMessage(HttpMethod.Get, Node.ManagementUrl + "/a/api/v1/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", alice.Token);
        (await Reply.OfAsync(await Node.Http.SendAsync(request))).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Signals_WithoutTheClusterKey_AreRefused()
    {
        (await Reply.OfAsync(await Node.Http.PostAsync(Node.ManagementUrl + "/cluster/v1/signals", Json("[]")))).IsProblem(401, "no-session");
        var content = Json("[]");
        content.Headers.Add("X-IntraMessenger-Signature", new string('A', 64));
        (await Reply.OfAsync(await Node.Http.PostAsync(Node.ManagementUrl + "/cluster/v1/signals", content))).IsProblem(401, "no-session");
    }

    [Fact]
    public async Task Description_OfTheContract_HasEveryCall()
    {
        var paths = (await Node.SendAsync(HttpMethod.Get, "/openapi/v1.json")).Is(200)["paths"];
        foreach (var route in Calls.All.Keys.Where(route => !route.Contains("openapi")))
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace(":long", ""));
            var described = paths.EnumerateObject().FirstOrDefault(item => item.Name.EndsWith("/api/v1" + path, StringComparison.Ordinal) || item.Name.TrimEnd('/').EndsWith("/api/v1" + path, StringComparison.Ordinal));
            described.Value.ValueKind.ShouldBe(JsonValueKind.Object, route);
            described.Value.TryGetProperty(method.ToLowerInvariant(), out _).ShouldBeTrue(route);
        }
    }

    private async Task ChangesNothingAsync(Func<Task> calls)
    {
        var before = await nodes.Cluster.FingerprintAsync();
        await calls();
        (await nodes.Cluster.FingerprintAsync()).ShouldBe(before);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static StringContent? Body(Call call, World world) => call.Body is { } body ? Json(JsonSerializer.Serialize(body(world))) : null;

    /// <summary>The same with one member as given, or without it.</summary>
    private static string With(JsonObject good, string name, string? json)
    {
        var changed = good.DeepClone().AsObject();
        changed.Remove(name);
        if (json is not null) changed.Add(name, JsonNode.Parse(json));
        return changed.ToJsonString();
    }

    // By hand: a client library gives up when the server answers before it has taken everything.
    private async Task<(int Status, string? Code)> SendRawAsync(Call call, World world, byte[] body, bool chunked)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Node.Http.BaseAddress!.Port);
        var stream = tcp.GetStream();
        var length = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{call.Method} /a/api/v1{call.Path(world)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {world.Alice.Token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        var answer = ReadProblemAsync(stream);
        try
        {
            foreach (var part in body.Chunk(64 * 1024))
            {
                if (chunked) await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
                await stream.WriteAsync(part);
                if (chunked) await stream.WriteAsync("\r\n"u8.ToArray());
                if (answer.IsCompleted) break;
            }
        }
        catch (IOException)
        {
            // It was answered and closed before it had taken everything.
        }

        return await answer;
    }

    private static async Task<(int Status, string? Code)> ReadProblemAsync(Stream stream)
    {
        var text = "";
        var buffer = new byte[8192];
        try
        {
            while (!text.Contains("\"detail\"") && await stream.ReadAsync(buffer) is var count and > 0) text += Encoding.UTF8.GetString(buffer, 0, count);
        }
        catch (IOException)
        {
            // What came before the end counts.
        }

        var type = text.Split("\"type\":\"").ElementAtOrDefault(1)?.Split('"')[0];
        return (text.Length > 12 ? int.Parse(text[9..12]) : 0, type?.Split('/')[^1]);
    }
}
