using System.Net.Http.Json;
using System.Text;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>The web page's session: a cookie that scripts do not see and other sites cannot use.</summary>
public sealed class CookieTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private Task<Reply> SignInAsync(Person person, params (string, string)[] headers) => Node.SendAsync(HttpMethod.Post, "/session",
        JsonContent.Create(new { username = person.Username, password = TestNode.Password, client = new { kind = "web" } }), null, headers);

    private async Task<string> CookieAsync(Person person) =>
        (await SignInAsync(person, ("Origin", Node.Origin))).Is(201).Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private Task<Reply> SendAsync(HttpMethod method, string path, string cookie, string? json = null, params (string, string)[] headers) => Node.SendAsync(
        method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), null, [("Cookie", cookie), .. headers]);

    [Fact]
    public async Task SignIn_OfAWebClient_GetsACookieAndNoToken()
    {
        var alice = await Node.AddAsync("alice");
        var answer = (await SignInAsync(alice, ("Origin", Node.Origin))).Is(201);
        answer.Has("token").ShouldBeFalse();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().ToLowerInvariant();
        cookie.ShouldStartWith("im_session=");
        foreach (var part in new[] { "httponly", "samesite=strict", "path=/a", "expires=" }) cookie.Split(';').ShouldContain(item => item.Trim().StartsWith(part), part);
        cookie.Split(';').Select(item => item.Trim()).ShouldContain("path=/a");
        (await SendAsync(HttpMethod.Get, "/me", cookie.Split(';')[0].Replace("im_session", "other"))).IsProblem(401, "no-session");
    }

    [Fact]
    public async Task SignIn_OfAWebClientFromAnotherSite_IsRefused()
    {
        var alice = await Node.AddAsync("alice");
        (await SignInAsync(alice)).IsProblem(403, "cross-origin");
        (await SignInAsync(alice, ("Origin", "https://evil.example"))).IsProblem(403, "cross-origin");
        (await SignInAsync(alice, ("Origin", "null"))).IsProblem(403, "cross-origin");
    }

    [Fact]
    public async Task SignIn_OfAWebClientBehindTls_GetsASecureCookie()
    {
        var alice = await Node.AddAsync("alice");
        var answer = await SignInAsync(alice, ("Host", "chat.example.com"), ("Origin", "https://chat.example.com"), ("X-Forwarded-Proto", "https"));
        answer.Is(201).Headers.GetValues("Set-Cookie").Single().ToLowerInvariant().ShouldContain("; secure");
    }

    [Fact]
    public async Task Cookie_ForReading_NeedsNothingElse()
    {
        var alice = await Node.AddAsync("alice");
        (await SendAsync(HttpMethod.Get, "/me", await CookieAsync(alice)))["username"].GetString().ShouldBe(alice.Username);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("not an origin")]
    public async Task Cookie_ForChangingFromAnotherOrigin_IsRefused(string? origin)
    {
        var alice = await Node.AddAsync("alice");
        var cookie = await CookieAsync(alice);
        var before = await nodes.Cluster.FingerprintAsync();
        (string, string)[] headers = origin is null ? [] : [("Origin", origin)];
        (await SendAsync(HttpMethod.Patch, "/me", cookie, """{"displayName":"Mallory"}""", headers)).IsProblem(403, "cross-origin");
        (await SendAsync(HttpMethod.Delete, "/me", cookie, null, headers)).IsProblem(403, "cross-origin");
        (await SendAsync(HttpMethod.Delete, "/session", cookie, "{}", headers)).IsProblem(403, "cross-origin");
        (await nodes.Cluster.FingerprintAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Cookie_ForChanging_NeedsJson()
    {
        var alice = await Node.AddAsync("alice");
        var cookie = await CookieAsync(alice);
        (await Node.SendAsync(HttpMethod.Patch, "/me", new StringContent("""{"displayName":"Mallory"}""", Encoding.UTF8, "text/plain"), null, ("Cookie", cookie), ("Origin", Node.Origin)))
            .Status.ShouldBeOneOf(403, 415);
        (await SendAsync(HttpMethod.Get, "/me", cookie))["displayName"].GetString().ShouldBe(alice.Username);
        (await SendAsync(HttpMethod.Delete, "/me", cookie, null, ("Origin", Node.Origin))).IsProblem(403, "cross-origin");
        (await SendAsync(HttpMethod.Patch, "/me", cookie, """{"displayName":"Alice"}""", ("Origin", Node.Origin))).Is(200);
    }

    [Fact]
    public async Task Cookie_BesideAnAuthorizationHeader_IsIgnored()
    {
        var (alice, bob) = (await Node.AddAsync("alice"), await Node.SignUpAsync("bob"));
        var cookie = await CookieAsync(alice);
        (await SendAsync(HttpMethod.Get, "/me", cookie, null, ("Authorization", "Bearer " + bob.Token)))["username"].GetString().ShouldBe(bob.Username);
        (await SendAsync(HttpMethod.Patch, "/me", cookie, """{"displayName":"Bob"}""", ("Authorization", "Bearer " + bob.Token)))["username"].GetString().ShouldBe(bob.Username);
        foreach (var header in new[] { "Bearer garbage", "Bearer", "Basic YTpi", "nonsense" })
            (await SendAsync(HttpMethod.Get, "/me", cookie, null, ("Authorization", header))).IsProblem(401, "no-session", because: header);
    }

    [Fact]
    public async Task SignOut_WithTheCookie_EndsTheSessionAndClearsIt()
    {
        var alice = await Node.AddAsync("alice");
        var cookie = await CookieAsync(alice);
        var answer = (await SendAsync(HttpMethod.Delete, "/session", cookie, "{}", ("Origin", Node.Origin))).Is(204);
        var cleared = answer.Headers.GetValues("Set-Cookie").Single();
        cleared.ShouldStartWith("im_session=;");
        cleared.ShouldContain("path=/a");
        cleared.ShouldContain("1970");
        (await SendAsync(HttpMethod.Get, "/me", cookie)).IsProblem(401, "no-session");
    }
}
