using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals.Transports;

namespace IntraMessenger.Node.Signals;

/// <summary>
/// Responsible for telling one other node what changed: what gathered while the last body was on its way goes together, and a peer that
/// does not answer delays nobody else. What is not taken is forgotten: the peer's sweep finds what it said.
/// </summary>
internal sealed partial class SignalLine(
    Peer peer, NodeLease lease, StoreClock clock, ISignalTransport transport, SignalSignature signature, SignalMetrics metrics, SignalSpans spans, TimeProvider time, ILogger logger)
{
    /// <summary>Keeps a body below the limit of bodies, 128 KiB.</summary>
    internal const int MostBytes = 100 * 1024;

    /// <summary>Longer ones the other node reads for itself.</summary>
    private const int LongestText = 500;

    private const int BytesWithoutText = 350;
    private const int BytesOfACharacter = 6; // escaped; letters, digits and spaces never are

    private readonly Channel<(Change Change, long At)> _waiting = Channel.CreateBounded<(Change, long)>(
        new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true }, _ => metrics.Lost(1));

    private readonly ArrayBufferWriter<byte> _body = new(16 * 1024);
    private long _lastTold;
    private long _losses;

    /// <summary>False where the change with this number was asked for here before.</summary>
    public bool IsFirst(long told)
    {
        if (_lastTold == told) return false;
        _lastTold = told;
        return true;
    }

    /// <param name="change">What to tell.</param>
    /// <param name="at">Since when it waits (monotonic).</param>
    public void Add(Change change, long at) => _waiting.Writer.TryWrite((change.Message?.Text is { Length: > LongestText } ? change with { Message = null } : change, at));

    public void Close() => _waiting.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var gathered = new List<Change>();
        await using var writer = new Utf8JsonWriter(_body);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellation))
            {
                gathered.Clear();
                long oldest = 0;
                for (var bytes = 0; bytes < MostBytes && _waiting.Reader.TryRead(out var next); bytes += Bytes(gathered[^1]))
                {
                    if (gathered.Count == 0) oldest = next.At;
                    gathered.Add(next.Change);
                }

                await SendAsync(gathered, oldest, writer, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>The most that it can have.</summary>
    internal static int Bytes(Change change)
    {
        var bytes = BytesWithoutText;
        foreach (var character in change.Message?.Text ?? "") bytes += char.IsAsciiLetterOrDigit(character) || character == ' ' ? 1 : BytesOfACharacter;
        return bytes;
    }

    private async Task SendAsync(List<Change> changes, long oldest, Utf8JsonWriter writer, CancellationToken cancellation)
    {
        _body.ResetWrittenCount();
        writer.Reset();
        new SignalBody(lease.LifeId ?? 0, peer.LifeId, clock.Now - time.GetElapsedTime(oldest), changes).Write(writer);
        if (signature.Sign(_body.WrittenSpan) is not { } signed) return;

        using var span = spans.Send(changes);
        try
        {
            if (await transport.SendAsync(peer, _body.WrittenMemory, signed, cancellation) is { } reason) Lost(changes.Count, reason, span);
            else metrics.Sent(changes.Count);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Lost(changes.Count, e.Message, span);
        }
    }

    private void Lost(int count, string reason, Activity? span)
    {
        span?.SetStatus(ActivityStatusCode.Error);
        metrics.Lost(count);
        if (_losses++ % 1000 == 0) Log.Lost(logger, peer.ManagementUrl, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Debug, "A signal to {Peer} was lost, its sweep finds it: {Reason}")]
        public static partial void Lost(ILogger logger, string peer, string reason);
    }
}
