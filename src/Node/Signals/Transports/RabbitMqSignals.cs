using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Tls;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace IntraMessenger.Node.Signals.Transports;

/// <summary>
/// Responsible for signals through RabbitMQ: a direct exchange, and a queue for each life of a node, bound by the number of the life. The
/// connection is made again by itself; while it is away signals are lost, and nothing waits for it.
/// </summary>
internal sealed partial class RabbitMqSignals(
    IOptions<SignalOptions> options, SignalReceiver receiver, HttpSignals http, LeaseAgent leases, NodeLease lease, SignalMetrics metrics, ClusterTrust trust,
    TimeProvider time, ILogger<RabbitMqSignals> logger) : BackgroundService, ISignalTransport
{
    /// <summary>What a peer did not fetch by then, its sweep has found.</summary>
    private const int LifetimeMilliseconds = 5_000;

    private const int MostQueuedBytes = 16 * 1024 * 1024;
    private const string TraceHeader = "traceparent";

    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ByHttpFor = TimeSpan.FromSeconds(10);

    private readonly RabbitMqOptions _options = options.Value.RabbitMq;
    private readonly ConcurrentDictionary<long, long> _withoutQueue = new();
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IChannel? _out;
    private volatile string? _blocked;
    private bool _wasConnected = true;

    public string Name => SignalOptions.RabbitMqName;

    public string? Problem { get; private set; } = "Not connected yet.";

    public async Task<string?> SendAsync(Peer peer, ReadOnlyMemory<byte> body, string signature, CancellationToken cancellation)
    {
        if (_withoutQueue.TryGetValue(peer.LifeId, out var since))
        {
            if (time.GetElapsedTime(since) < ByHttpFor) return await http.SendAsync(peer, body, signature, cancellation);
            _withoutQueue.TryRemove(peer.LifeId, out _);
        }

        if (_out is not { } channel) return "no connection to the broker";
        if (_blocked is { } reason) return $"the broker takes nothing: {reason}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(SendPatience);
        await _turn.WaitAsync(patience.Token);
        try
        {
            var properties = new BasicProperties { DeliveryMode = DeliveryModes.Transient, Headers = new Dictionary<string, object?> { [SignalSignature.Header] = signature } };
            if (Activity.Current is { } span) properties.Headers[TraceHeader] = span.Id;
            await channel.BasicPublishAsync(_options.Exchange, RoutingKey(peer.LifeId), mandatory: true, properties, body, patience.Token);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsRabbitMq) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Problem = e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;
                if (_wasConnected) Log.Away(logger, _options.Broker, Problem);
                _wasConnected = false;
            }

            await Task.Delay(Jitter.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)), time, stoppingToken);
        }
    }

    // For as long as connection and life last.
    private async Task ServeAsync(CancellationToken stopping)
    {
        var nextLife = lease.NextLife;
        if (lease.LifeId is not { } life)
        {
            await nextLife.WaitAsync(stopping);
            return;
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = await Factory($"{_options.Exchange} {life}").CreateConnectionAsync(stopping);
        await using var receiving = await connection.CreateChannelAsync(cancellationToken: stopping);
        await using var sending = await connection.CreateChannelAsync(cancellationToken: stopping);
        Watch(connection, ended);
        foreach (var channel in new[] { receiving, sending }) channel.ChannelShutdownAsync += (_, e) => EndAsync(ended, e.ReplyText);
        sending.BasicReturnAsync += (_, e) =>
        {
            Returned(e);
            return Task.CompletedTask;
        };
        await ListenAsync(receiving, life, ended, stopping);

        (_out, _blocked, Problem, _wasConnected) = (sending, null, null, true);
        Log.Connected(logger, _options.Broker);
        try
        {
            if (await Task.WhenAny(ended.Task, nextLife).WaitAsync(stopping) == ended.Task) await ended.Task;
        }
        finally
        {
            _out = null;
        }
    }

    private ConnectionFactory Factory(string name) => new()
    {
        Uri = new Uri(_options.Uri),
        Ssl = { CertificateValidationCallback = trust.IsBelieved },
        ClientProvidedName = name,
        AutomaticRecoveryEnabled = false, // a queue belongs to a life: we begin anew ourselves
        RequestedHeartbeat = TimeSpan.FromSeconds(5),
        RequestedConnectionTimeout = TimeSpan.FromSeconds(3),
        ContinuationTimeout = TimeSpan.FromSeconds(5),
        HandshakeContinuationTimeout = TimeSpan.FromSeconds(5),
        MaxInboundMessageBodySize = MostQueuedBytes,
    };

    private void Watch(IConnection connection, TaskCompletionSource ended)
    {
        connection.ConnectionShutdownAsync += (_, e) => EndAsync(ended, e.ReplyText);
        connection.ConnectionBlockedAsync += (_, e) =>
        {
            _blocked = Problem = e.Reason;
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _blocked = Problem = null;
            return Task.CompletedTask;
        };
    }

    private async Task ListenAsync(IChannel channel, long life, TaskCompletionSource ended, CancellationToken stopping)
    {
        await channel.ExchangeDeclareAsync(_options.Exchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: stopping);
        var queue = await channel.QueueDeclareAsync($"{_options.Exchange}.{life}.{Guid.NewGuid():N}", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?>
        {
            ["x-message-ttl"] = LifetimeMilliseconds,
            ["x-max-length-bytes"] = MostQueuedBytes,
            ["x-overflow"] = "drop-head",
        }, cancellationToken: stopping);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            receiver.Receive(e.Body.Span, Text(e.BasicProperties, SignalSignature.Header), SenderOf(e.BasicProperties));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => EndAsync(ended, "The queue was deleted.");
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, stopping);
        await channel.QueueBindAsync(queue.QueueName, _options.Exchange, RoutingKey(life), cancellationToken: stopping);
    }

    // Nobody listens for this life: a node that uses HTTP, or one that has lost the broker. It is told by HTTP, for a while at once. The
    // connection does not wait for that: what all others say comes by it.
    private void Returned(BasicReturnEventArgs returned)
    {
        if (!long.TryParse(returned.RoutingKey, CultureInfo.InvariantCulture, out var life) || leases.Peers.FirstOrDefault(peer => peer.LifeId == life) is not { } peer) return;
        if (_withoutQueue.Count > 1_000) _withoutQueue.Clear();
        _withoutQueue[life] = time.GetTimestamp();
        _ = SendByHttpAsync(peer, returned.Body.ToArray(), Text(returned.BasicProperties, SignalSignature.Header));
    }

    private async Task SendByHttpAsync(Peer peer, byte[] body, string? signature)
    {
        var reason = "no signature";
        try
        {
            if (signature is not null) reason = await http.SendAsync(peer, body, signature, CancellationToken.None);
        }
        catch (Exception e)
        {
            reason = e.Message;
        }

        if (reason is not null) metrics.Lost(SignalBody.Read(body)?.Changes.Count ?? 0);
    }

    private static Task EndAsync(TaskCompletionSource ended, string reason)
    {
        ended.TrySetException(new IOException($"The connection to the broker has ended: {reason}"));
        return Task.CompletedTask;
    }

    private static ActivityContext SenderOf(IReadOnlyBasicProperties properties) =>
        ActivityContext.TryParse(Text(properties, TraceHeader), null, isRemote: true, out var context) ? context : default;

    private static string? Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers?.TryGetValue(header, out var value) == true && value is byte[] bytes ? Encoding.ASCII.GetString(bytes) : null;

    private static string RoutingKey(long life) => life.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(3104, LogLevel.Information, "Signals go through {Broker}")]
        public static partial void Connected(ILogger logger, string broker);

        [LoggerMessage(3105, LogLevel.Warning, "Signals do not go through {Broker}, the sweep finds what they would have said: {Reason}")]
        public static partial void Away(ILogger logger, string broker, string reason);
    }
}
