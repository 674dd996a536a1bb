using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

[Collection(nameof(StoreCollection))]
public sealed class PolicySetApiTests(StoreFixture fixture)
{
    private const string SetA = "/console/api/policy-sets/a";

    [Fact]
    public async Task List_HasTheSeededSets()
    {
        await using var console = await ConsoleAsync();
        var items = (await console.Admin.GetFromJsonAsync<JsonElement>("/console/api/policy-sets")).GetProperty("items");
        items.EnumerateArray().Select(set => set.ToString()).ShouldBe(["""{"key":"a","prefix":"a","revision":1}""", """{"key":"b","prefix":"b","revision":1}"""]);
    }

    [Fact]
    public async Task Get_HasWhatTheSetSaysAndWhatItComesTo()
    {
        await using var console = await ConsoleAsync();
        var set = await console.Admin.GetFromJsonAsync<JsonElement>(SetA);
        set.GetProperty("options").ToString().ShouldBe("""{"contacts.max":3,"sessions.maxConnectedUsers":50}""");
        set.GetProperty("effective").GetProperty("messages.maxLength").GetInt32().ShouldBe(4000);
        await (await console.Admin.GetAsync("/console/api/policy-sets/z")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Save_ChangesWhatIsNamedAndNullInheritsAgain()
    {
        await using var console = await ConsoleAsync();
        using var saved = await console.SaveAsync(("contacts.max", null), ("messages.maxLength", 100));
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        var set = await saved.JsonAsync();
        set.GetProperty("revision").GetInt64().ShouldBe(2);
        set.GetProperty("options").ToString().ShouldBe("""{"messages.maxLength":100,"sessions.maxConnectedUsers":50}""");
        set.GetProperty("effective").GetProperty("contacts.max").GetInt32().ShouldBe(200);
        saved.Headers.ETag.ShouldBe(await SettingsApiTests.ETagAsync(console.Admin, SetA));
    }

    [Fact]
    public async Task Save_ThatChangesNothing_MakesNoRevision()
    {
        await using var console = await ConsoleAsync();
        using var saved = await console.SaveAsync(("contacts.max", 3), ("messages.maxLength", null));
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await saved.JsonAsync()).GetProperty("revision").GetInt64().ShouldBe(1);
        (await console.RevisionsAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Save_WithAnOldETag_IsRefused()
    {
        await using var console = await ConsoleAsync();
        var old = await SettingsApiTests.ETagAsync(console.Admin, SetA);
        using var saved = await console.SaveAsync(("contacts.max", 4));
        await (await SettingsApiTests.SaveAsync(console.Admin, "a", new { options = new Dictionary<string, object?> { ["contacts.max"] = 5 } }, old)).ShouldBeProblemAsync(412, "precondition-failed");
        (await console.Admin.GetFromJsonAsync<JsonElement>(SetA)).GetProperty("options").GetProperty("contacts.max").GetInt32().ShouldBe(4);
    }

    [Theory]
    [InlineData("W/")]
    [InlineData("nonsense")]
    public async Task Save_WithAnETagThatIsNotStrong_IsRefused(string prefix)
    {
        await using var console = await ConsoleAsync();
        var request = new HttpRequestMessage(HttpMethod.Put, SetA) { Content = JsonContent.Create(new { options = new Dictionary<string, object?>() }) };
        request.Headers.TryAddWithoutValidation("If-Match", $"{prefix}{await SettingsApiTests.ETagAsync(console.Admin, SetA)}");
        await (await console.Admin.SendAsync(request)).ShouldBeProblemAsync(412, "precondition-failed");
    }

    [Fact]
    public async Task Save_WithoutAnETag_IsRefused()
    {
        await using var console = await ConsoleAsync();
        await (await console.Admin.PutAsJsonAsync(SetA, new { options = new Dictionary<string, object?> { ["contacts.max"] = 5 } })).ShouldBeProblemAsync(428, "precondition-required");
    }

    [Theory]
    [InlineData("contacts.max", """ "4" """)]
    [InlineData("contacts.max", "-1")]
    [InlineData("contacts.max", "1.5")]
    [InlineData("contacts.max", "99999999999")]
    [InlineData("accounts.registration", "\"perhaps\"")]
    [InlineData("accounts.registration", "\"\\ud800\"")]
    [InlineData("accounts.createAtSignIn", "\"true\"")]
    [InlineData("limits.trustedProxies", "[\"10.0.0.0/99\"]")]
    [InlineData("limits.trustedProxies", "[null]")]
    [InlineData("no.suchOption", "1")]
    [InlineData("no.suchOption", "null")]
    public async Task Save_OfAValueThatCannotBe_NamesTheKeyAndChangesNothing(string key, string value)
    {
        await using var console = await ConsoleAsync();
        using var answer = await console.SaveAsync($$$"""{"options":{"messages.maxLength":77,"{{{key}}}":{{{value}}}}}""");
        var problem = await answer.ShouldBeProblemAsync(422, "invalid");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([key]);
        (await console.RevisionsAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Save_WithManyKeysALongCommentOrNoOptions_IsRefused()
    {
        await using var console = await ConsoleAsync();
        var many = string.Join(',', Enumerable.Range(0, 201).Select(n => $"\"x.y{n}\":1"));
        foreach (var (body, field) in new[]
        {
            ("{\"options\":{" + many + "}}", "options"),
            ("{\"comment\":\"" + new string('x', 501) + "\",\"options\":{}}", "comment"),
            ("""{"comment":"\u0007","options":{}}""", "comment"),
            ("""{"comment":"x"}""", "options"),
            ("""{"options":{"contacts.max":3,"contacts.max":4}}""", "options['contacts.max']"),
            ("""{"options":[]}""", "options"),
            ("nonsense", "body"),
        })
        {
            using var answer = await console.SaveAsync(body);
            var problem = await answer.ShouldBeProblemAsync(422, "invalid");
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field, body[..Math.Min(60, body.Length)]);
        }
    }

    [Fact]
    public async Task Save_ByTenAdministratorsAtOnce_IsOnesAlone()
    {
        await using var console = await ConsoleAsync();
        var other = await console.Cluster.ControlAsync();
        using var there = await console.Cluster.AdminAsync(other, "second");
        var etag = await SettingsApiTests.ETagAsync(there, SetA);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => SettingsApiTests.SaveAsync(
            n % 2 == 0 ? console.Admin : there, "a", new { comment = $"{n}", options = new Dictionary<string, object?> { ["contacts.max"] = 100 + n } }, etag)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(9);
        var revisions = await console.RevisionsAsync();
        revisions.Length.ShouldBe(2);
        var winner = await answers.Single(answer => answer.IsSuccessStatusCode).JsonAsync();
        (await there.GetFromJsonAsync<JsonElement>(SetA)).ToString().ShouldBe(winner.ToString());
    }

    [Fact]
    public async Task Save_OfBothSetsAtOnceManyTimes_LosesNone()
    {
        await using var console = await ConsoleAsync();
        await Task.WhenAll(new[] { "a", "b" }.Select(async set =>
        {
            for (var n = 0; n < 20; n++)
            {
                using var saved = await SettingsApiTests.SaveAsync(console.Admin, set, new { options = new Dictionary<string, object?> { ["contacts.max"] = 1000 + n } });
                saved.StatusCode.ShouldBe(HttpStatusCode.OK);
            }
        }));
        (await console.Admin.GetFromJsonAsync<JsonElement>("/console/api/policy-sets")).GetProperty("items").EnumerateArray()
            .Select(set => set.GetProperty("revision").GetInt64()).ShouldBe([21, 21]);
    }

    [Fact]
    public async Task Revisions_TellWhoWhenWhyAndWhatNewestFirst()
    {
        await using var console = await ConsoleAsync();
        using var first = await console.SaveAsync("""{"comment":"more","options":{"contacts.max":4}}""");
        using var second = await console.SaveAsync("""{"options":{"contacts.max":null,"messages.maxLength":9}}""");
        var revisions = await console.RevisionsAsync();
        revisions.Select(revision => revision.GetProperty("revision").GetInt64()).ShouldBe([3, 2, 1]);
        revisions[0].GetProperty("changes").ToString().ShouldBe("""{"contacts.max":{"from":4},"messages.maxLength":{"to":9}}""");
        (revisions[1].GetProperty("author").GetString(), revisions[1].GetProperty("comment").GetString()).ShouldBe(("root", "more"));
        revisions[1].GetProperty("savedAt").GetDateTime().ShouldBe(DateTime.UtcNow, TimeSpan.FromMinutes(1));
        revisions[2].GetProperty("changes").GetProperty("contacts.max").GetProperty("to").GetInt32().ShouldBe(3);

        var page = await console.Admin.GetFromJsonAsync<JsonElement>($"{SetA}/revisions?limit=2");
        page.GetProperty("items").GetArrayLength().ShouldBe(2);
        page.GetProperty("next").GetString().ShouldBe("2");
        var last = await console.Admin.GetFromJsonAsync<JsonElement>($"{SetA}/revisions?limit=2&after=2");
        last.GetProperty("items").EnumerateArray().Select(revision => revision.GetProperty("revision").GetInt64()).ShouldBe([1]);
        last.TryGetProperty("next", out _).ShouldBeFalse();
        await (await console.Admin.GetAsync($"{SetA}/revisions?after=x")).ShouldBeProblemAsync(422, "invalid");
        await (await console.Admin.GetAsync("/console/api/policy-sets/z/revisions")).ShouldBeProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Restore_BringsTheOldValuesBackAsANewRevision()
    {
        await using var console = await ConsoleAsync();
        using var saved = await console.SaveAsync(("contacts.max", 4), ("messages.maxLength", 9));
        using var restored = await console.RestoreAsync(1);
        restored.StatusCode.ShouldBe(HttpStatusCode.OK);
        var set = await restored.JsonAsync();
        (set.GetProperty("revision").GetInt64(), set.GetProperty("options").ToString()).ShouldBe((3, """{"contacts.max":3,"sessions.maxConnectedUsers":50}"""));
        (await console.RevisionsAsync())[0].GetProperty("restoredFrom").GetInt64().ShouldBe(1);

        using var again = await console.RestoreAsync(1);
        (await again.JsonAsync()).GetProperty("revision").GetInt64().ShouldBe(3, "nothing changed");
        await (await console.RestoreAsync(99)).ShouldBeProblemAsync(404, "not-found");
        await (await console.RestoreAsync(1, saved.Headers.ETag)).ShouldBeProblemAsync(412, "precondition-failed");
        await (await console.Admin.PostAsJsonAsync($"{SetA}/revisions/1/restore", new { })).ShouldBeProblemAsync(428, "precondition-required");
    }

    private async Task<TestConsole> ConsoleAsync()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        return new TestConsole(cluster, await cluster.AdminAsync(control));
    }

    private sealed record TestConsole(TestCluster Cluster, HttpClient Admin) : IAsyncDisposable
    {
        public Task<HttpResponseMessage> SaveAsync(params (string Key, object? Value)[] options) =>
            SettingsApiTests.SaveAsync(Admin, "a", new { comment = "", options = options.ToDictionary(option => option.Key, option => option.Value) });

        public async Task<HttpResponseMessage> SaveAsync(string body)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, SetA) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            request.Headers.IfMatch.Add(await SettingsApiTests.ETagAsync(Admin, SetA));
            return await Admin.SendAsync(request);
        }

        public async Task<HttpResponseMessage> RestoreAsync(long revision, EntityTagHeaderValue? ifMatch = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{SetA}/revisions/{revision}/restore") { Content = JsonContent.Create(new { comment = "back" }) };
            request.Headers.IfMatch.Add(ifMatch ?? await SettingsApiTests.ETagAsync(Admin, SetA));
            return await Admin.SendAsync(request);
        }

        public async Task<JsonElement[]> RevisionsAsync() =>
            [.. (await Admin.GetFromJsonAsync<JsonElement>($"{SetA}/revisions")).GetProperty("items").EnumerateArray()];

        public async ValueTask DisposeAsync()
        {
            Admin.Dispose();
            await Cluster.DisposeAsync();
        }
    }
}
