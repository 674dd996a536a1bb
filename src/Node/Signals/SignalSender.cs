using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;

namespace IntraMessenger.Node.Signals;

/// <summary>Responsible for handing every change to the line of each other node, off the path of any request.</summary>
internal sealed class SignalSender(ChangeBus bus, LeaseAgent leases, SignalSignature signature, SignalMetrics metrics, SignalSpans spans, ILogger<SignalSender> logger) : BackgroundService
{
    private readonly Dictionary<Peer, SignalLine> _lines = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(2) };
    private IReadOnlyList<Peer> _peers = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in bus.Elsewhere.ReadAllAsync(stoppingToken))
        {
            if (!ReferenceEquals(_peers, leases.Peers)) Follow(leases.Peers, stoppingToken);
            foreach (var line in _lines.Values) line.Add(change);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    private void Follow(IReadOnlyList<Peer> peers, CancellationToken cancellation)
    {
        foreach (var gone in _lines.Keys.Except(peers).ToArray())
        {
            _lines.Remove(gone, out var line);
            line!.Close();
        }

        foreach (var come in peers.Except(_lines.Keys).ToArray())
        {
            var line = new SignalLine(come, _http, signature, metrics, spans, logger);
            _lines.Add(come, line);
            _ = line.RunAsync(cancellation);
        }

        _peers = peers;
    }
}
