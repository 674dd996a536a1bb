using System.Net;
using IntraMessenger.Node.Access;
using Microsoft.AspNetCore.Http;

namespace IntraMessenger.Node.Tests.Access;

public sealed class ClientAddressTests
{
    private static readonly string[] Trusted = ["127.0.0.0/8", "10.0.0.0/28", "fd00::/64"];

    [Theory]
    [InlineData("198.51.100.7", null, "198.51.100.7")] // a direct client
    [InlineData("198.51.100.7", "192.0.2.1", "198.51.100.7")] // that lies
    [InlineData("198.51.100.7", "127.0.0.1", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "192.0.2.1", "198.51.100.7")]
    [InlineData("10.0.0.2", null, "10.0.0.2")] // one trusted proxy that says nothing
    [InlineData("10.0.0.2", "198.51.100.7", "198.51.100.7")]
    [InlineData("10.0.0.2", "192.0.2.1, 198.51.100.7", "198.51.100.7")] // behind it the client lies
    [InlineData("10.0.0.2", "127.0.0.1, 198.51.100.7", "198.51.100.7")]
    [InlineData("10.0.0.2", "192.0.2.1|198.51.100.7", "198.51.100.7")] // in a header of its own
    [InlineData("10.0.0.2", "198.51.100.7, 10.0.0.3", "198.51.100.7")] // a chain of trusted ones
    [InlineData("10.0.0.2", "192.0.2.1, 198.51.100.7, fd00::9, 10.0.0.3", "198.51.100.7")]
    [InlineData("10.0.0.2", "192.0.2.1, 10.0.0.99, 10.0.0.3", "10.0.0.99")] // one that is not of them ends it
    [InlineData("10.0.0.2", "10.0.0.4, 10.0.0.3", "10.0.0.4")] // a client on such a host
    [InlineData("10.0.0.2", "192.0.2.1, nonsense", "10.0.0.2")] // what cannot be read ends it too
    [InlineData("10.0.0.2", "192.0.2.1, unknown, 10.0.0.3", "10.0.0.3")]
    [InlineData("10.0.0.2", "", "10.0.0.2")]
    [InlineData("fd00::5", "::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("fd00::5", "2001:db8::7", "2001:db8::")] // whoever has one address of IPv6 has all of its network
    [InlineData("2001:db8:1:2:3:4:5:6", null, "2001:db8:1:2::")]
    [InlineData("10.0.0.2", "198.51.100.7:4711, [fd00::9]:443", "198.51.100.7")] // with ports
    public void Address_IsTheRightmostThatNoTrustedProxyHas(string peer, string? forwardedFor, string address)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(peer) } };
        if (forwardedFor is not null) context.Request.Headers["X-Forwarded-For"] = forwardedFor.Split('|');
        ClientAddress.Of(context, Trusted).ShouldBe(IPAddress.Parse(address));
    }

    [Theory]
    [InlineData("198.51.100.7", "http", null, false)]
    [InlineData("198.51.100.7", "http", "https", false)] // a client that lies
    [InlineData("198.51.100.7", "https", null, true)]
    [InlineData("198.51.100.7", "https", "http", true)]
    [InlineData("10.0.0.2", "http", "https", true)] // TLS ends at the proxy
    [InlineData("10.0.0.2", "https", "http", false)] // it begins there: the client has none
    [InlineData("10.0.0.2", "https", "https", true)]
    [InlineData("10.0.0.2", "http", "https, http", true)] // the outermost one counts
    [InlineData("10.0.0.2", "https", null, true)]
    public void Https_IsWhatTheClientSpeaks(string peer, string scheme, string? forwarded, bool isHttps)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(peer) }, Request = { Scheme = scheme } };
        if (forwarded is not null) context.Request.Headers["X-Forwarded-Proto"] = forwarded;
        ClientAddress.IsHttps(context, Trusted).ShouldBe(isHttps);
    }
}
