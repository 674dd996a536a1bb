using System.Net;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for which address a request comes from: the rightmost hop that is not a trusted proxy.</summary>
internal static class ClientAddress
{
    public static IPAddress Of(HttpContext context, string[] trustedProxies)
    {
        var trusted = Array.ConvertAll(trustedProxies, network => IPNetwork.Parse(network));
        var address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        var hops = context.Request.Headers["X-Forwarded-For"].SelectMany(value => value?.Split(',') ?? []).Reverse();
        foreach (var hop in hops)
        {
            if (!Array.Exists(trusted, network => network.Contains(address)) || !IPAddress.TryParse(hop.Trim(), out var before)) break;
            address = Plain(before);
        }

        return address;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
