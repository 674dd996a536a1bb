using System.Net;

namespace IntraMessenger.Load.Clients;

/// <summary>Where a policy set is reached, and how requests to it begin.</summary>
public sealed class LoadAddress
{
    private LoadAddress(Uri url, EndPoint peer, string target)
    {
        Url = url;
        Peer = peer;
        Api = $"{target}{url.AbsolutePath.TrimEnd('/')}/api/v1/";
        Host = $"Host: {url.Authority}\r\n";
    }

    public Uri Url { get; }

    /// <summary>What the connection goes to: the proxy where there is one.</summary>
    internal EndPoint Peer { get; }

    internal string Api { get; }

    internal string Host { get; }

    /// <param name="url">Such as <c>http://127.0.0.1:8101/a</c>: clear text only.</param>
    /// <param name="proxy">An HTTP proxy in between.</param>
    public static LoadAddress Of(Uri url, Uri? proxy = null)
    {
        if (url.Scheme != Uri.UriSchemeHttp) throw new ArgumentException($"{url}: the load client speaks clear text only.");
        return new LoadAddress(url, PeerOf(proxy ?? url), proxy is null ? "" : $"http://{url.Authority}");
    }

    private static EndPoint PeerOf(Uri uri) => uri.Host switch
    {
        "localhost" => new IPEndPoint(IPAddress.Loopback, uri.Port),
        var host when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => new IPEndPoint(ip, uri.Port),
        var host => new DnsEndPoint(host, uri.Port),
    };
}
