using System.Text;
using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals;
using IntraMessenger.Testing;
using Microsoft.Extensions.DependencyInjection;
using Person = IntraMessenger.Node.Tests.Driver.Person;
using Reply = IntraMessenger.Node.Tests.Driver.Reply;

namespace IntraMessenger.Node.Tests.Signals;

/// <summary>A peer that lies, is broken, is of another version, or is none.</summary>
public sealed class SignalReceiverTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _node = await _cluster.StartNodeAsync("a");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private long Life => _node.Services.GetRequiredService<NodeLease>().LifeId!.Value;

    private string Sign(string body) => _node.Services.GetRequiredService<SignalSignature>().Sign(Encoding.UTF8.GetBytes(body))!;

    private async Task<Reply> PostAsync(string body, string? signature)
    {
        var content = new StringContent(body, Encoding.UTF8, "application/json");
        if (signature is not null) content.Headers.Add(SignalSignature.Header, signature);
        return await Reply.OfAsync(await _node.Http.PostAsync(_node.ManagementUrl + "/cluster/v1/signals", content));
    }

    private Task<Reply> PostSignedAsync(string body) => PostAsync(body, Sign(body));

    private string Body(string changes, long? to = null, string? at = null) =>
        $$"""{"from":99,"to":{{to ?? Life}},{{(at is null ? "" : $"\"at\":\"{at}\",")}}"changes":{{changes}}}""";

    private async Task<double> CountAsync(string name) => (await Scrape.OfAsync(_node.ManagementUrl))[$"intramessenger_signals_{name}_total"];

    [Fact]
    public async Task Body_ThatIsNotSignedWell_IsRefused()
    {
        var body = Body("""[{"kind":1,"conversationId":7,"seq":1}]""");
        var good = Sign(body);
        foreach (var signature in new[] { null, "", "x", new string('0', 64), good[..63], good + "0", good[..62] + "zz", Sign(body + " "), new string('A', 100_00) })
            (await PostAsync(body, signature)).IsProblem(401, "no-session", because: signature);
        (await PostAsync(body + " ", good)).IsProblem(401, "no-session");
        (await CountAsync("refused")).ShouldBe(10);
        (await CountAsync("received")).ShouldBe(0);
        (await PostAsync(body, good)).Is(204);
        (await PostAsync(body, good.ToLowerInvariant())).Is(204);
        (await CountAsync("received")).ShouldBe(2);
    }

    [Fact]
    public async Task Body_ThatIsSignedButNoSignal_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 2_000));
        string[] bodies =
        [
            "", "nonsense", "null", "[]", "{}", "7", "\"\"", """{"from":1,"to":2,"changes":null}""", Body("null"), Body("[null]"), Body("[7]"), Body("{}"), Body("[{}"), deep,
            Body(deep), Body("""[{"kind":-1}]"""), Body("""[{"kind":256}]"""), Body("""[{"kind":"1"}]"""), Body("""[{"kind":1,"seq":9223372036854775808}]"""),
            Body("""[{"kind":1,"kind":2}]"""), Body("[]", at: "yesterday"), Body("[" + string.Concat(Enumerable.Repeat("{\"x\":", 100)) + "1" + new string('}', 100) + "]"),
        ];
        foreach (var body in bodies) (await PostSignedAsync(body)).IsProblem(422, "invalid", because: body.Length > 100 ? body[..100] : body);
        (await CountAsync("refused")).ShouldBe(bodies.Length);
        (await CountAsync("received")).ShouldBe(0);
        (await _node.HealthAsync()).Is(200);
    }

    [Fact]
    public async Task Body_ForAnotherLife_IsRefused()
    {
        foreach (var life in new[] { 0, Life + 1, -1, long.MaxValue }) (await PostSignedAsync(Body("[]", to: life))).IsProblem(404, "not-found");
        (await PostSignedAsync("""{"changes":[]}""")).IsProblem(404, "not-found");
        (await CountAsync("refused")).ShouldBe(5);
    }

    [Fact]
    public async Task Body_OfALifeThatIsNone_MakesTheNodeRenewItsLeaseOnce_HoweverOftenItComes()
    {
        var renewals = new HashSet<DateTime>();
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++)
        {
            (await PostSignedAsync(Body("[]"))).Is(204);
            renewals.Add(await _cluster.ScalarAsync<DateTime>("SELECT renewed_at FROM node_lives WHERE id = @Life", new { Life }));
            await Task.Delay(20);
        }

        renewals.Count.ShouldBeInRange(1, 4 + (int)TimeProvider.System.GetElapsedTime(started).TotalSeconds / 4, "as it was, once for that life, and what is due every 5 s");
    }

    [Fact]
    public async Task Body_ThatIsHuge_IsRefusedUnread()
    {
        var huge = Body("[" + new string(' ', 200_000) + "]");
        (await PostAsync(huge, null)).IsProblem(413, "too-large");
        (await PostSignedAsync(huge)).IsProblem(413, "too-large");
        (await PostSignedAsync(Body("[" + new string(' ', 100_000) + "]"))).Is(204);
    }

    [Fact]
    public async Task Changes_ThatPointAtNothing_OrAreOfAnUnknownKind_DoNoHarm()
    {
        var (alice, bob) = (await _node.SignUpAsync("alice"), await _node.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var talk = await alice.OpenAsync(bob);
        while ((await bob.PollAsync(wait: 1)).Count > 0) ;

        string[] strange =
        [
            "{}", """{"kind":0}""", """{"kind":200,"id":1,"accountId":1}""", $$"""{"kind":1,"conversationId":{{talk}},"seq":{{long.MaxValue}}}""",
            $$"""{"kind":1,"conversationId":{{talk}},"seq":-5}""", """{"kind":1,"conversationId":-1,"seq":1}""", """{"kind":2,"conversationId":1,"seq":999}""",
            $$"""{"kind":3,"accountId":{{bob.Id}},"conversationId":999}""", $$"""{"kind":4,"accountId":{{bob.Id}},"conversationId":999,"seq":3}""",
            """{"kind":5,"accountId":999,"otherId":-1}""", """{"kind":6,"accountId":999}""", """{"kind":7,"accountId":999,"otherId":999,"seq":999}""",
            """{"kind":8,"accountId":999,"conversationId":-3}""", $$"""{"kind":1,"conversationId":{{talk}},"seq":1,"trace":"nonsense"}""", """{"kind":1,"later":{"x":[1]}}""",
        ];
        foreach (var change in strange) (await PostSignedAsync(Body($"[{change}]"))).Is(204, change);
        (await PostSignedAsync(Body("[" + string.Join(',', strange) + "]"))).Is(204);
        (await CountAsync("received")).ShouldBe(2 * strange.Length);

        // Everything goes on, and what is repeated is given once.
        (await alice.SendAsync(talk, "still here")).Is(201);
        for (var i = 0; i < 3; i++) (await PostSignedAsync(Body($$"""[{"kind":1,"conversationId":{{talk}},"seq":1}]"""))).Is(204);
        (await alice.SendAsync(talk, "the last")).Is(201);
        var seen = await bob.EventsUntilAsync(item => item.TryGetProperty("text", out var text) && text.GetString() == "the last");
        seen.Where(item => item.GetProperty("type").GetString() == "message").Select(item => item.GetProperty("seq").GetInt64()).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Signal_ThatIsOld_IsTakenAndCountedAsLate()
    {
        await Eventually.HoldsAsync(() => _node.Services.GetRequiredService<StoreClock>().Now is not null, "the store's time");
        static string Ago(double seconds) => DateTime.UtcNow.AddSeconds(-seconds).ToString("O");
        (await PostSignedAsync(Body("[{\"kind\":200}]", at: Ago(0)))).Is(204);
        (await PostSignedAsync(Body("[{\"kind\":200}]", at: Ago(-3600)))).Is(204);
        (await PostSignedAsync(Body("[{\"kind\":200}]"))).Is(204);
        (await CountAsync("late")).ShouldBe(0);
        (await PostSignedAsync(Body("[{\"kind\":200},{\"kind\":200}]", at: Ago(5)))).Is(204);
        (await PostSignedAsync(Body("[{\"kind\":200}]", at: "0001-01-01T00:00:00Z"))).Is(204);
        (await CountAsync("late")).ShouldBe(3);
        (await CountAsync("received")).ShouldBe(6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("'")]
    [InlineData("\u0001")]
    [InlineData("\U0001F600")]
    public void Body_OfAsManyOfTheLongestChangesAsALineGathers_IsBelowTheLimitOfBodies(string character)
    {
        var text = string.Concat(Enumerable.Repeat(character, 500))[..(character.Length == 0 ? 0 : 500)];
        var longest = new Change(long.MaxValue, (ChangeKind)255, long.MinValue, long.MinValue, long.MinValue, long.MinValue)
        {
            Trace = new string('0', 55),
            Members = [1],
            Message = new MessageCopy("removed", text, DateTime.MaxValue),
        };
        using var stream = new MemoryStream();
        var changes = Enumerable.Repeat(longest, SignalLine.MostBytes / SignalLine.Bytes(longest) + 1);
        using (var writer = new Utf8JsonWriter(stream)) new SignalBody(long.MaxValue, long.MaxValue, DateTime.MaxValue, [.. changes]).Write(writer);
        stream.Length.ShouldBeLessThan(IntraMessenger.Shared.Hosting.Limits.BodyBytes);
        var sent = longest with { Members = null };
        SignalBody.Read(stream.ToArray())!.Changes.ShouldAllBe(change => change == sent);
    }
}
