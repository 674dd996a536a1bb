using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Node.Signals.Transports;

namespace IntraMessenger.Node.Signals;

/// <summary>Responsible for handing every change to the lines of the nodes that host somebody whom it concerns, off the path of any request.</summary>
internal sealed class SignalSender(
    ChangeBus bus, LeaseAgent leases, NodeLease lease, StoreClock clock, Audience audience, HostMap hosts, ISignalTransport transport, SignalSignature signature,
    SignalMetrics metrics, SignalSpans spans, TimeProvider time, ILogger<SignalSender> logger) : BackgroundService
{
    private const int MostAtOnce = 1_000;

    private readonly Dictionary<long, SignalLine> _lines = [];
    private readonly List<Change> _round = new(MostAtOnce);
    private List<(Change Change, long At)> _unclear = [];
    private IReadOnlyList<Peer> _peers = [];
    private long _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<(Change Change, long At)> asked = [];
        Task<bool>? more = null;
        Task? reading = null;
        while (true)
        {
            // What is clear does not wait for the store, which is asked once at a time, for all that gathered.
            more ??= bus.Elsewhere.WaitToReadAsync(stoppingToken).AsTask();
            if (reading is null) await more;
            else await Task.WhenAny(more, reading);

            if (more.IsCompleted)
            {
                if (!await more) return;
                more = null;
                TellRound(stoppingToken);
            }

            if (reading is { IsCompleted: true })
            {
                foreach (var (change, at) in asked) Tell(change, audience.Find(change), at);
                reading = null;
            }

            if (reading is null && _unclear.Count > 0)
            {
                (asked, _unclear) = (_unclear, asked);
                _unclear.Clear();
                reading = audience.ReadAsync([.. asked.Select(waiting => waiting.Change)]);
            }
        }
    }

    private void TellRound(CancellationToken stopping)
    {
        _round.Clear();
        while (_round.Count < MostAtOnce && bus.Elsewhere.TryRead(out var change)) _round.Add(change);
        if (!ReferenceEquals(_peers, leases.Peers)) Follow(leases.Peers, stopping);

        var now = time.GetTimestamp();
        foreach (var change in _round)
        {
            if (change.Kind == ChangeKind.Conversation) audience.Heard(change);
            if (_lines.Count == 0) continue;
            if (!hosts.IsKnown) Tell(change, Concerned.Everybody, now);
            else if (audience.TryFind(change, out var concerned)) Tell(change, in concerned, now);
            else _unclear.Add((change, now));
        }
    }

    private void Tell(Change change, in Concerned concerned, long at)
    {
        if (concerned.IsEverybody)
        {
            foreach (var line in _lines.Values) line.Add(change, at);
            return;
        }

        _told++;
        foreach (var accountId in concerned.Accounts)
        {
            foreach (var life in hosts.LivesOf(accountId))
            {
                if (_lines.TryGetValue(life, out var line) && line.IsFirst(_told)) line.Add(change, at);
            }
        }
    }

    private void Follow(IReadOnlyList<Peer> peers, CancellationToken cancellation)
    {
        foreach (var gone in _lines.Keys.Except(peers.Select(peer => peer.LifeId)).ToArray())
        {
            _lines.Remove(gone, out var line);
            line!.Close();
        }

        foreach (var come in peers.Where(peer => !_lines.ContainsKey(peer.LifeId)))
        {
            var line = new SignalLine(come, lease, clock, transport, signature, metrics, spans, time, logger);
            _lines.Add(come.LifeId, line);
            _ = line.RunAsync(cancellation);
        }

        _peers = peers;
    }
}
