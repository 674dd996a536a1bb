using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Tls;

namespace IntraMessenger.Node.Signals.Transports;

/// <summary>Responsible for signals by HTTP to the management port of the other node, whose address its lease tells.</summary>
internal sealed class HttpSignals(ClusterTrust trust) : ISignalTransport, IDisposable
{
    private readonly HttpClient _http = new(trust.Guard(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name may stand for another address by then
    }))
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    public string Name => SignalOptions.Http;

    public string? Problem => null;

    public async Task<string?> SendAsync(Peer peer, ReadOnlyMemory<byte> body, string signature, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, peer.ManagementUrl.TrimEnd('/') + ClusterRoutes.Signals);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Headers.Add(SignalSignature.Header, signature);
        using var response = await _http.SendAsync(request, cancellation);
        return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
    }

    public void Dispose() => _http.Dispose();
}
