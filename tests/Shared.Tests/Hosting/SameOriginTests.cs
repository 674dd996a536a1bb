using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Http;

namespace IntraMessenger.Shared.Tests.Hosting;

public sealed class SameOriginTests
{
    [Theory]
    [InlineData("https://chat.example.com", "chat.example.com")]
    [InlineData("http://chat.example.com", "chat.example.com")]
    [InlineData("https://chat.example.com", "chat.example.com:443")]
    [InlineData("https://chat.example.com:443", "chat.example.com")]
    [InlineData("http://chat.example.com", "chat.example.com:80")]
    [InlineData("https://Chat.Example.com", "chat.EXAMPLE.com")]
    [InlineData("https://chat.example.com:8443", "chat.example.com:8443")]
    [InlineData("http://localhost:8080", "localhost:8080")]
    [InlineData("http://[::1]:8080", "[::1]:8080")]
    public void Origin_OfTheHost_IsTheSame(string origin, string host) => SameOrigin.Is(Request(origin, host)).ShouldBeTrue();

    [Theory]
    [InlineData("https://evil.example", "chat.example.com")]
    [InlineData("https://chat.example.com.evil.example", "chat.example.com")]
    [InlineData("https://evil.example#chat.example.com", "chat.example.com")]
    [InlineData("https://evil@chat.example.com", "chat.example.com")]
    [InlineData("https://chat.example.com/path", "chat.example.com")]
    [InlineData("https://chat.example.com:8443", "chat.example.com")]
    [InlineData("https://chat.example.com", "chat.example.com:8443")]
    [InlineData("http://chat.example.com:443", "chat.example.com")]
    [InlineData("ftp://chat.example.com", "chat.example.com")]
    [InlineData("file:///etc/passwd", "")]
    [InlineData("chat.example.com", "chat.example.com")]
    [InlineData("null", "null")]
    [InlineData("", "")]
    public void Origin_OfAnotherPlace_IsNot(string origin, string host) => SameOrigin.Is(Request(origin, host)).ShouldBeFalse();

    [Theory]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData(null, false)]
    public void Body_MustBeJson(string? type, bool same)
    {
        var request = Request("https://chat.example.com", "chat.example.com");
        request.ContentType = type;
        SameOrigin.Is(request).ShouldBe(same);
    }

    [Fact]
    public void Origin_ThatIsMissingOrThereTwice_IsNot()
    {
        var request = Request("https://chat.example.com", "chat.example.com");
        request.Headers.Origin = new(["https://chat.example.com", "https://chat.example.com"]);
        SameOrigin.Is(request).ShouldBeFalse();
        request.Headers.Remove("Origin");
        SameOrigin.Is(request).ShouldBeFalse();
    }

    private static HttpRequest Request(string origin, string host)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http"; // TLS ended in front
        request.Headers.Origin = origin;
        request.Headers.Host = host;
        request.ContentType = "application/json";
        return request;
    }
}
