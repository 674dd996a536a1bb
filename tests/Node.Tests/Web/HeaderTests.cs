using System.Net;
using System.Text;

namespace IntraMessenger.Node.Tests.Web;

public sealed class HeaderTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    /// <summary>Browsers send the cookies of all applications of a host, in whatever encoding these chose.</summary>
    [Theory]
    [InlineData("utf-8")]
    [InlineData("latin1")]
    public async Task CookieOfAnotherApplication_InAnyEncoding_IsNoHindrance(string encoding)
    {
        var alice = await nodes.A1.SignUpAsync("alice");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.GetEncoding(encoding) });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{nodes.A1.Origin}/a/api/v1/me");
        request.Headers.TryAddWithoutValidation("Cookie", $"x=café; im_session={alice.Token}");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
