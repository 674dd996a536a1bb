using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Console;

/// <summary>How control serves the console's page.</summary>
[Collection(nameof(StoreCollection))]
public sealed partial class ConsolePageTests(StoreFixture fixture)
{
    [Fact]
    public async Task Page_OnTheManagementPort_IsThereForEverybodyWithItsScript()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var anybody = control.Client();
        using var page = await anybody.GetAsync("/console/");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.CacheControl!.NoCache.ShouldBeTrue();

        using var asked = new HttpRequestMessage(HttpMethod.Get, "/console/" + Script().Match(await page.Content.ReadAsStringAsync()).Value);
        asked.Headers.AcceptEncoding.Add(new("br"));
        using var script = await anybody.SendAsync(asked);
        script.StatusCode.ShouldBe(HttpStatusCode.OK);
        script.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        script.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        script.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        foreach (var answer in new[] { page, script })
        {
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldStartWith("default-src 'none';");
            policy.ShouldContain("frame-ancestors 'none'");
            policy.ShouldNotContain("unsafe");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        }
    }

    [Fact]
    public async Task Page_ThatTheBrowserHas_IsNotSentAgain()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var anybody = control.Client();
        using var first = await anybody.GetAsync("/console/");
        anybody.DefaultRequestHeaders.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.Tag));
        (await anybody.GetAsync("/console/")).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Page_WithoutTheSlash_LeadsToTheOneWithIt()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var anybody = control.Client();
        using var page = await anybody.GetAsync("/console?x=1");
        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/console/?x=1");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_OnThePublicPort_IsNotFound()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var (management, listen) = (TestCluster.Address(), TestCluster.Address());
        var key = (await cluster.RunAsync("gateways", "add", "both")).Secret;
        var both = await (await cluster.KeepAsync(cluster.Write(new
        {
            roles = new[] { "control", "gateway" },
            listen,
            management,
            data = cluster.NewFolder(),
            store = new { connectionString = cluster.ConnectionString },
            control = new { addresses = new[] { control.Management }, key },
        }), management, listen)).ReadyAsync();
        foreach (var path in new[] { "/console/", "/console", "/console/favicon.svg" })
        {
            using var shown = await both.Client().GetAsync(path);
            shown.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            using var hidden = await both.PublicClient().GetAsync(path);
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [GeneratedRegex("assets/[^\"]+\\.js")]
    private static partial Regex Script();
}
