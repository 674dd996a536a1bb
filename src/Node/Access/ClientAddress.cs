using System.Net;
using System.Net.Sockets;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for which address a request comes from: the rightmost hop that is not a trusted proxy.</summary>
internal static class ClientAddress
{
    /// <summary>What limits by address count. Whoever has one IPv6 address has the 2^64 beside it too: they are one, by the number of their network.</summary>
    public static IPAddress Of(HttpContext context, string[] trustedProxies)
    {
        var trusted = Array.ConvertAll(trustedProxies, network => IPNetwork.Parse(network));
        var address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        var hops = context.Request.Headers["X-Forwarded-For"].SelectMany(value => value?.Split(',') ?? []).Reverse();
        foreach (var hop in hops)
        {
            if (!Array.Exists(trusted, network => network.Contains(address)) || !IPEndPoint.TryParse(hop.Trim(), out var before)) break; // some proxies tell the port too
            address = Plain(before.Address);
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? NetworkOf(address) : address;
    }

    /// <summary>Whether the client came by TLS: to the outermost trusted proxy, or to us where there is none. How that proxy reaches us says nothing of the client.</summary>
    public static bool IsHttps(HttpContext context, string[] trustedProxies)
    {
        var told = context.Request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim();
        return told.Length > 0 && IsPeerAmong(context, trustedProxies) ? told.Equals("https", StringComparison.OrdinalIgnoreCase) : context.Request.IsHttps;
    }

    /// <summary>Whether the one who asks is a gateway or proxy of ours; on the management port only the cluster asks.</summary>
    public static bool IsFromTrustedProxy(HttpContext context) =>
        context.Connection.LocalPort == context.RequestServices.GetRequiredService<ManagementPort>().Number
        || IsPeerAmong(context, context.RequestServices.GetRequiredService<IOptionsMonitor<LimitOptions>>().CurrentValue.TrustedProxies);

    private static bool IsPeerAmong(HttpContext context, string[] networks)
    {
        var peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return Array.Exists(networks, network => IPNetwork.Parse(network).Contains(peer));
    }

    private static IPAddress NetworkOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
