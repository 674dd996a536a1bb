using System.Runtime.CompilerServices;
using System.Text.Json;
using IntraMessenger.Load.Http;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Clients;

public enum SendOutcome
{
    Acknowledged,
    Refused,

    /// <summary>The client was stopped before an answer came: nobody knows whether it was stored.</summary>
    Unanswered,
}

/// <summary>Responsible for the requests of a client other than for events: over one connection that is kept, repeated until they are answered.</summary>
internal sealed class RequestLine(LoadNetwork network, ClientRoute route) : IDisposable
{
    private readonly Dictionary<(long Conversation, LoadAddress Address), byte[]> _heads = [];
    private readonly SemaphoreSlim _turn = new(1);
    private byte[] _request = new byte[1024];
    private HttpConnection? _connection;
    private LoadAddress? _address;
    private long _lastAcknowledgedAt;

    public string Token { get; set; } = "";

    public long LastAcknowledgedAt => Volatile.Read(ref _lastAcknowledgedAt);

    /// <summary>The status of the last refusal.</summary>
    public int LastStatus { get; private set; }

    /// <summary>Sends a message, with the same clientId until it is answered.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SendOutcome> SendAsync(SenderLog sender, ConversationLog conversation, CancellationToken cancellation)
    {
        var key = sender.Begin(conversation);
        var clientId = network.Settings.RandomClientIds ? Guid.NewGuid() : Guid.CreateVersion7(network.Time.GetUtcNow());
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            for (var failures = 0; ;)
            {
                var asked = TimeSpan.Zero;
                try
                {
                    var connection = _connection is { IsReusable: true } open ? open : await ConnectAsync(cancellation);
                    connection.ExpectWithin(network.Settings.AnswerWithin);
                    var status = await connection.ExchangeAsync(Compose(conversation.Id, clientId, key));
                    if (status is 200 or 201)
                    {
                        sender.Acknowledged(key, SeqOf(connection.Content));
                        Volatile.Write(ref _lastAcknowledgedAt, network.Time.GetTimestamp());
                        return SendOutcome.Acknowledged;
                    }

                    if (!IsTemporary(status))
                    {
                        LastStatus = status;
                        sender.Refused(key);
                        return SendOutcome.Refused;
                    }

                    network.Counts.WasBusy();
                    asked = TimeSpan.FromSeconds(connection.Head.RetryAfterSeconds ?? 0);
                }
                catch (IOException)
                {
                    Drop();
                }

                network.Counts.Repeated();
                await route.RestAsync(++failures, asked, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return SendOutcome.Unanswered;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes a request, again until there is an answer other than "later", and gives its content to <paramref name="read"/>.</summary>
    public async Task<T> AskAsync<T>(Func<LoadAddress, byte[]> compose, ContentReader<T> read, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            for (var failures = 0; ;)
            {
                var asked = TimeSpan.Zero;
                try
                {
                    var connection = _connection is { IsReusable: true } open ? open : await ConnectAsync(cancellation);
                    connection.ExpectWithin(network.Settings.AnswerWithin * 4); // signing in may wait for hashing
                    var status = await connection.ExchangeAsync(compose(_address!));
                    if (!IsTemporary(status)) return read(status, connection.Content);
                    network.Counts.WasBusy();
                    asked = TimeSpan.FromSeconds(connection.Head.RetryAfterSeconds ?? 0);
                }
                catch (IOException)
                {
                    Drop();
                }

                await route.RestAsync(++failures, asked, cancellation);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection) network.Close(connection);
    }

    private static bool IsTemporary(int status) => status is 408 or 429 or >= 500;

    private async ValueTask<HttpConnection> ConnectAsync(CancellationToken cancellation)
    {
        Dispose();
        _address = route.Address;
        return _connection = await network.ConnectAsync(_address, cancellation);
    }

    private void Drop()
    {
        Dispose();
        if (_address is not null) route.Leave(_address);
    }

    private ReadOnlyMemory<byte> Compose(long conversationId, Guid clientId, MessageKey key)
    {
        if (!_heads.TryGetValue((conversationId, _address!), out var head))
            _heads[(conversationId, _address!)] = head = RequestText.SendHead(_address!, conversationId, Token);
        var most = head.Length + network.Settings.TextLength + 200;
        if (_request.Length < most) _request = new byte[most];
        return _request.AsMemory(0, RequestText.Send(_request, head, clientId, key, network.Settings.TextLength));
    }

    private static long SeqOf(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        reader.Read();
        return EventReading.ReadObject(ref reader, default).Seq;
    }
}

internal delegate T ContentReader<out T>(int status, ReadOnlySpan<byte> content);
