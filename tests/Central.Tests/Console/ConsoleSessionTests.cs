using System.Net;
using System.Net.Http.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

[Collection(nameof(StoreCollection))]
public sealed class ConsoleSessionTests(StoreFixture fixture)
{
    private const string Session = "/console/api/session";

    [Fact]
    public async Task SignIn_WithTheRightPassword_GivesATokenAndAGuardedCookie()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var answer = await SignInAsync(cluster, control);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = (await answer.JsonAsync()).GetProperty("token").GetString()!;
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith($"im_console={token};");
        foreach (var guard in new[] { "path=/console", "samesite=strict", "httponly" }) cookie.ShouldContain(guard);
        (await answer.JsonAsync()).GetProperty("expiresAt").GetDateTime().ShouldBe(DateTime.UtcNow.AddHours(12), TimeSpan.FromMinutes(1));
        (await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<string>("SELECT GROUP_CONCAT(HEX(token_hash)) FROM console_sessions")))!
            .ShouldBe(Convert.ToHexString(Shared.Cluster.Secrets.Hash(token)));
    }

    [Theory]
    [InlineData("root", "wrong")]
    [InlineData("nobody", "wrong")]
    public async Task SignIn_WithAWrongNameOrPassword_IsOneAnswer(string username, string password)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.RunAsync("admins", "add", "root");
        using var anybody = control.Client();
        var problem = await (await anybody.PostAsJsonAsync(Session, new { username, password })).ShouldBeProblemAsync(401, "invalid-credentials");
        problem.GetProperty("detail").GetString().ShouldBe("Name or password is wrong. Check both and try again.");
    }

    [Fact]
    public async Task SignIn_WithAnUnknownName_TakesAsLongAsWithAWrongPassword()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        await cluster.RunAsync("admins", "add", "root");
        using var anybody = control.Client();
        var (known, unknown) = (double.MaxValue, double.MaxValue);
        for (var tries = 0; tries < 8; tries++)
        {
            known = Math.Min(known, await TookAsync(anybody, "root"));
            unknown = Math.Min(unknown, await TookAsync(anybody, "nobody"));
        }

        // One hash each: without it the answer would come more than ten times as fast.
        (unknown / known).ShouldBeInRange(0.3, 3);
    }

    [Theory]
    [InlineData("{", 422, "invalid", "application/json")]
    [InlineData("""{"username":"root"}""", 422, "invalid", "application/json")]
    [InlineData("""{"username":5,"password":"x"}""", 422, "invalid", "application/json")]
    [InlineData("""{"username":null,"password":"x"}""", 422, "invalid", "application/json")]
    [InlineData("""{"username":"","password":"x"}""", 422, "invalid", "application/json")]
    [InlineData("username=root", 415, "unsupported-media-type", "application/x-www-form-urlencoded")]
    public async Task SignIn_ThatIsMalformed_IsRefused(string body, int status, string code, string type)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var anybody = control.Client();
        await (await anybody.PostAsync(Session, new StringContent(body, System.Text.Encoding.UTF8, type))).ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task SignIns_BeyondTheRate_AreToldWhenToTryAgain()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var control = await cluster.ControlAsync(console: new { signInsPerMinute = 2 });
        using var anybody = control.Client();
        for (var tries = 0; tries < 2; tries++)
            await (await anybody.PostAsJsonAsync(Session, new { username = "x", password = "y" })).ShouldBeProblemAsync(401, "invalid-credentials");
        using var answer = await anybody.PostAsJsonAsync(Session, new { username = "x", password = "y" });
        var problem = await answer.ShouldBeProblemAsync(429, "rate-limited");
        problem.GetProperty("limit").GetProperty("value").GetInt32().ShouldBe(2);
        answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
    }

    [Fact]
    public async Task Console_WithoutASession_IsClosed()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        foreach (var client in new[] { control.Client(), control.Client("wrong") })
        {
            foreach (var path in new[] { "nodes", "policy-sets", "policy-sets/a", "policy-sets/a/revisions" })
                await (await client.GetAsync($"/console/api/{path}")).ShouldBeProblemAsync(401, "no-session");
            await (await client.PutAsync("/console/api/policy-sets/a", new StringContent("nonsense", System.Text.Encoding.UTF8, "application/json"))).ShouldBeProblemAsync(401, "no-session");
            client.Dispose();
        }
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        (await admin.GetAsync("/console/api/nodes")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.DeleteAsync(Session)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await admin.GetAsync("/console/api/nodes")).ShouldBeProblemAsync(401, "no-session");
    }

    [Theory]
    [InlineData("UPDATE console_sessions SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND")]
    [InlineData("DELETE FROM admins")]
    public async Task Session_ThatIsOverOrWhoseAdministratorIsGone_IsRefused(string sql)
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        await cluster.Store.RunAsync(c => c.ExecuteAsync(sql));
        await (await admin.GetAsync("/console/api/nodes")).ShouldBeProblemAsync(401, "no-session");
    }

    [Fact]
    public async Task RenewedPassword_EndsTheSessionsOfTheOldOne()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        (await cluster.RunAsync("admins", "add", "root", "--renew")).Code.ShouldBe(0);
        await (await admin.GetAsync("/console/api/nodes")).ShouldBeProblemAsync(401, "no-session");
    }

    [Fact]
    public async Task Cookie_ReadsButChangesOnlyFromTheOwnPage()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var signedIn = await SignInAsync(cluster, control);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var browser = control.Client();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        (await browser.GetAsync("/console/api/nodes")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await SaveAsync(browser, origin: null)).ShouldBeProblemAsync(403, "cross-origin");
        await (await SaveAsync(browser, origin: "http://evil.example")).ShouldBeProblemAsync(403, "cross-origin");
        await (await SaveAsync(browser, origin: control.Management, type: "text/plain")).ShouldBeProblemAsync(415, "unsupported-media-type");
        await (await browser.DeleteAsync(Session)).ShouldBeProblemAsync(403, "cross-origin");
        await (await SaveAsync(browser, origin: control.Management)).ShouldBeProblemAsync(428, "precondition-required");
        browser.DefaultRequestHeaders.Host = "console.example";
        await (await SaveAsync(browser, origin: control.Management)).ShouldBeProblemAsync(403, "cross-origin");
        await (await SaveAsync(browser, origin: "https://console.example")).ShouldBeProblemAsync(428, "precondition-required"); // TLS ends in front
    }

    [Fact]
    public async Task Cookie_BesideAnAuthorizationHeader_IsIgnored()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var signedIn = await SignInAsync(cluster, control);
        using var browser = control.Client("wrong");
        browser.DefaultRequestHeaders.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        await (await browser.GetAsync("/console/api/nodes")).ShouldBeProblemAsync(401, "no-session");
    }

    private static async Task<HttpResponseMessage> SignInAsync(TestCluster cluster, RunningCentral control)
    {
        var password = (await cluster.RunAsync("admins", "add", "root")).Secret;
        using var anybody = control.Client();
        return await anybody.PostAsJsonAsync(Session, new { username = "root", password });
    }

    private static Task<HttpResponseMessage> SaveAsync(HttpClient browser, string? origin, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/console/api/policy-sets/a") { Content = new StringContent("""{"options":{}}""", System.Text.Encoding.UTF8, type) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return browser.SendAsync(request);
    }

    private static async Task<double> TookAsync(HttpClient anybody, string username)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var answer = await anybody.PostAsJsonAsync(Session, new { username, password = "wrong" });
        return watch.Elapsed.TotalMilliseconds;
    }
}
