using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals;

/// <summary>
/// Responsible for telling one other node what changed: what gathered while the last post was under way goes together, and a peer that
/// does not answer delays nobody else. A post that fails is forgotten: the peer's sweep finds what it said.
/// </summary>
internal sealed partial class SignalLine(Peer peer, HttpClient http, SignalSignature signature, SignalMetrics metrics, SignalSpans spans, ILogger logger)
{
    /// <summary>Keeps a post well below the body limit.</summary>
    private const int MostAtOnce = 500;

    private readonly Channel<Change> _waiting = Channel.CreateBounded<Change>(
        new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true }, _ => metrics.Lost(1));

    private long _lost;

    public void Add(Change change) => _waiting.Writer.TryWrite(change);

    public void Close() => _waiting.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var gathered = new List<Change>(MostAtOnce);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellation))
            {
                gathered.Clear();
                while (gathered.Count < MostAtOnce && _waiting.Reader.TryRead(out var change)) gathered.Add(change);
                await PostAsync(gathered, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task PostAsync(List<Change> changes, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(changes, Json.Options);
        if (signature.Sign(body) is not { } signed) return;
        using var span = spans.Send(changes);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, peer.ManagementUrl.TrimEnd('/') + ClusterRoutes.Signals);
            request.Content = new ByteArrayContent(body);
            request.Headers.Add(SignalSignature.Header, signed);
            using var response = await http.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode) metrics.Sent(changes.Count);
            else Lost(changes.Count, $"answered {(int)response.StatusCode}", span);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidOperationException or UriFormatException && !cancellation.IsCancellationRequested)
        {
            Lost(changes.Count, e.Message, span);
        }
    }

    private void Lost(int count, string reason, Activity? span)
    {
        span?.SetStatus(ActivityStatusCode.Error);
        metrics.Lost(count);
        if (_lost++ % 1000 == 0) Log.Lost(logger, peer.ManagementUrl, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Debug, "A signal to {Peer} was lost, its sweep finds it: {Reason}")]
        public static partial void Lost(ILogger logger, string peer, string reason);
    }
}
