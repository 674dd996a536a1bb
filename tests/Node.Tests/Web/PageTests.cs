using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using IntraMessenger.Shared.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Web;

/// <summary>How a node serves the files of the page.</summary>
public sealed class PageTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private IReadOnlyList<PageFile> Files => Node.Services.GetRequiredService<PageFiles>().All;

    private PageFile Script => Files.First(file => file.IsFingerprinted && file.Path.EndsWith(".js", StringComparison.Ordinal));

    private async Task<HttpResponseMessage> GetAsync(string path, string? encoding = null, string? etag = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (encoding is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        if (etag is not null) request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(etag));
        return await Node.Http.SendAsync(request);
    }

    [Fact]
    public async Task Page_UnderThePrefix_IsThereForEverybodyAndNotKeptByBrowsers()
    {
        using var page = await GetAsync("/a/");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.CacheControl!.NoCache.ShouldBeTrue();
        (await page.Content.ReadAsStringAsync()).ShouldContain(Script.Path);
    }

    [Fact]
    public async Task Page_WithoutTheSlash_LeadsToTheOneWithIt()
    {
        using var page = await GetAsync("/a?x=1");
        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/a/?x=1");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_MayLoadNothingFromElsewhereAndRunNothingThatIsNotItsOwn()
    {
        foreach (var path in new[] { "/a/", "/a/" + Script.Path })
        {
            using var answer = await GetAsync(path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldStartWith("default-src 'none';");
            policy.ShouldNotContain("unsafe");
            foreach (var source in policy.Split(';').SelectMany(part => part.Trim().Split(' ').Skip(1))) source.ShouldBeOneOf("'none'", "'self'", "'script'", "svelte-trusted-html", "intramessenger");
            foreach (var needed in new[] { "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "script-src 'self'" }) policy.ShouldContain(needed);
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
        }
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    [InlineData(null, null)]
    public async Task File_IsSentAsTheBrowserLikesIt(string? accepted, string? expected)
    {
        using var answer = await GetAsync("/a/" + Script.Path, accepted);
        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(expected);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        var sent = await answer.Content.ReadAsStreamAsync();
        using var plain = new MemoryStream();
        await (expected switch { "br" => new BrotliStream(sent, CompressionMode.Decompress), "gzip" => new GZipStream(sent, CompressionMode.Decompress), _ => sent }).CopyToAsync(plain);
        plain.ToArray().ShouldBe(Script.Plain.Bytes);
    }

    [Fact]
    public async Task File_ThatIsFingerprinted_IsKeptForEver()
    {
        using var answer = await GetAsync("/a/" + Script.Path);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
    }

    [Fact]
    public async Task File_ThatTheBrowserHas_IsNotSentAgain()
    {
        using var first = await GetAsync("/a/", "br");
        using var again = await GetAsync("/a/", "br", first.Headers.ETag!.Tag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var otherwise = await GetAsync("/a/", "gzip", first.Headers.ETag!.Tag);
        otherwise.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task File_AskedForByHead_HasNoBody()
    {
        using var answer = await GetAsync("/a/" + Script.Path, method: HttpMethod.Head);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe(Script.Plain.Bytes.Length);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/a/assets/none-12345678.js")]
    [InlineData("/a/index.html.br")]
    [InlineData("/a/assets/../../appsettings.json")]
    [InlineData("/a/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/index.html")]
    public async Task File_ThatIsNone_IsNotFound(string path)
    {
        using var answer = await GetAsync(path);
        (await Reply.OfAsync(answer)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Page_OnTheManagementPort_IsNotFound()
    {
        using var answer = await Node.Http.GetAsync(Node.ManagementUrl + "/");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
