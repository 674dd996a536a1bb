using System.Text;
using IntraMessenger.Shared.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for how the gateway connects to nodes, for people's requests and for probes.</summary>
internal sealed class NodeConnections(ClusterTrust trust) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        trust.Guard(handler);
        handler.RequestHeaderEncodingSelector = handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1; // as the ports of both sides
        handler.ConnectTimeout = TimeSpan.FromSeconds(2);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60); // below the nodes' own, so that none is used as it closes
    }
}
