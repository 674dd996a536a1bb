using System.Text;
using System.Text.Json;
using IntraMessenger.Load.Http;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Clients;

/// <summary>
/// Responsible for the events of a client: a stream, or polls where it is told so or streams do not come through; after every end it goes on
/// from its cursor, and after <c>resync</c> it fetches.
/// </summary>
internal sealed class EventLine(LoadNetwork network, ClientRoute route, ReceiverLog receiver, Func<CancellationToken, Task> fetch)
{
    private const int SilencesBeforePolls = 2;

    private static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UsualFullPause = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _cursor = new byte[128];
    private int _cursorLength;
    private bool _isPolling = network.Settings.Mode == EventMode.Poll;
    private bool _isLive, _hadBytes, _isSilent, _wasConnected;
    private int _silences, _unheard;
    private TimeSpan _asked;

    private enum End
    {
        Again,
        Lost,
        Full,
        BadCursor,
        Resync,
        Over,
    }

    public string Token { get; set; } = "";

    /// <summary>Completes when the first event request is open, faults where there never will be one.</summary>
    public Task Live => _live.Task;

    public bool IsPolling => _isPolling;

    public bool IsLive => _isLive;

    public void StartFrom(string cursor) => Keep(Encoding.ASCII.GetBytes(cursor));

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var failures = 0; ;)
            {
                _asked = TimeSpan.Zero;
                var address = route.Address;
                var end = await OnceAsync(address, cancellation);
                if (end != End.Again || !_isPolling) SetLive(false);
                cancellation.ThrowIfCancellationRequested();
                switch (end)
                {
                    case End.Over:
                        _live.TrySetException(new InvalidOperationException("The session was ended by the server."));
                        return;
                    case End.BadCursor or End.Resync:
                        if (end == End.BadCursor) _cursorLength = 0;
                        network.Counts.Resynced();
                        await fetch(cancellation);
                        failures = 0;
                        continue;
                    case End.Full:
                        network.Counts.NoPlace();
                        if (_asked == TimeSpan.Zero) _asked = UsualFullPause;
                        break;
                    case End.Again:
                        failures = 0;
                        continue;
                    default:
                        network.Counts.Lost();
                        if (_asked == TimeSpan.Zero) route.Leave(address);
                        FallBackWhereSilent();
                        failures = _hadBytes ? 1 : failures + 1;
                        break;
                }

                await route.RestAsync(failures, _asked, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _live.TrySetCanceled(cancellation);
        }
        finally
        {
            SetLive(false);
        }
    }

    private async Task<End> OnceAsync(LoadAddress address, CancellationToken cancellation)
    {
        (_hadBytes, _isSilent) = (false, false);
        HttpConnection? connection = null;
        try
        {
            connection = await network.ConnectAsync(address, cancellation);
            _isSilent = true; // until an answer comes
            await using var stopped = cancellation.UnsafeRegister(static opened => ((HttpConnection)opened!).Abort(), connection);
            return _isPolling ? await PollAsync(connection, address) : await StreamAsync(connection, address);
        }
        catch (IOException)
        {
            return End.Lost;
        }
        finally
        {
            if (connection is not null) network.Close(connection);
        }
    }

    private async Task<End> StreamAsync(HttpConnection connection, LoadAddress address)
    {
        connection.ExpectWithin(network.Settings.FirstByteWithin);
        _unheard++;
        var status = await connection.SendAsync(RequestText.Get(address, _cursorLength == 0 ? "events" : $"events?after={Cursor}", Token, stream: true));
        if (status != 200) return Refused(connection, status);
        network.Counts.Connected();
        while (true)
        {
            if (connection.Content.Length > 0) SetLive(true);
            connection.ExpectWithin(_hadBytes ? network.Settings.SilentAtMost : network.Settings.FirstByteWithin);
            if (TakeEvents(connection) is { } end) return end;
            if (!await connection.ReadAsync()) return End.Lost;
        }
    }

    // One poll after the other on one connection.
    private async Task<End> PollAsync(HttpConnection connection, LoadAddress address)
    {
        var isFirst = true;
        while (true)
        {
            // The first one takes a cursor, or tells at once that all is well again.
            var wait = _isLive ? network.Settings.PollSeconds : 0;
            connection.ExpectWithin(TimeSpan.FromSeconds(wait) + PollGrace);
            _unheard++;
            var status = await connection.ExchangeAsync(RequestText.Get(address, _cursorLength == 0 ? "events?wait=0" : $"events?wait={wait}&after={Cursor}", Token));
            if (status != 200) return Refused(connection, status);
            network.Counts.Polled();
            if (isFirst) network.Counts.Connected();
            isFirst = false;
            Heard(CursorIn(connection.Content));
            SetLive(true);
            if (TakeAnswer(connection.Content) is { } end) return end;
            if (!connection.IsReusable) return End.Again;
        }
    }

    private End? TakeEvents(HttpConnection connection)
    {
        var rest = connection.Content;
        var all = rest.Length;
        End? end = null;
        while (end is null && EventText.TryTake(ref rest, out var item))
        {
            if (_unheard > 0 && item.Id.Length > 0) Heard(item.Id); // a stream begins with its cursor
            if (item.Data.Length > 0)
            {
                var reader = new Utf8JsonReader(item.Data);
                reader.Read();
                end = Take(EventReading.ReadObject(ref reader, item.Type));
            }

            if (item.Id.Length > 0 && end != End.Resync) Keep(item.Id);
        }

        connection.Consume(all - rest.Length);
        return end;
    }

    private End? TakeAnswer(ReadOnlySpan<byte> content)
    {
        End? end = null;
        var reader = new Utf8JsonReader(content);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("events"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) end ??= Take(EventReading.ReadObject(ref reader, default));
            }
            else
            {
                var isCursor = reader.ValueTextEquals("cursor"u8);
                reader.Read();
                if (isCursor && end != End.Resync) Keep(reader.ValueSpan);
                reader.Skip();
            }
        }

        return end;
    }

    private End? Take(ReadEvent item)
    {
        if (item.Type.SequenceEqual("message"u8))
        {
            receiver.Received(item.ConversationId, item.Seq, item.Key);
            return null;
        }

        if (item.Type.SequenceEqual("resync"u8))
        {
            Keep(item.Cursor);
            return End.Resync;
        }

        if (item.Type.SequenceEqual("moved"u8))
        {
            network.Counts.Moved();
            return End.Lost; // it goes elsewhere, after a random pause
        }

        if (item.Type.SequenceEqual("noPlace"u8)) return End.Full;
        if (item.Type.SequenceEqual("replaced"u8))
        {
            network.Counts.WasReplaced();
            return End.Over;
        }

        if (!item.Type.SequenceEqual("signedOut"u8)) return null;
        network.Counts.WasSignedOut();
        return End.Over;
    }

    private End Refused(HttpConnection connection, int status)
    {
        _isSilent = false;
        _asked = TimeSpan.FromSeconds(connection.Head.RetryAfterSeconds ?? 0);
        if (status is 401)
        {
            network.Counts.WasSignedOut();
            return End.Over;
        }

        if (status is 429 or 503) network.Counts.WasBusy();
        return status switch { 429 => End.Full, 422 => End.BadCursor, _ => End.Lost };
    }

    // Where the life goes on that the last events came from, they go on exactly where they ended. Not where there was a request between them that
    // brought no cursor: the session may have been with another node meanwhile.
    private void Heard(ReadOnlySpan<byte> cursor)
    {
        if (_unheard > 1 || !IsOfTheSameLife(cursor)) receiver.Connected(mayRepeat: _wasConnected);
        (_wasConnected, _unheard) = (true, 0);
    }

    private void SetLive(bool isLive)
    {
        if (isLive)
        {
            (_hadBytes, _isSilent) = (true, false);
            _live.TrySetResult();
        }

        if (_isLive == isLive) return;
        _isLive = isLive;
        network.Counts.IsListening(isLive);
    }

    // Twice in a row: something on the way holds streams back. A server that is not there at all is no such thing.
    private void FallBackWhereSilent()
    {
        if (_isPolling || network.Settings.Mode != EventMode.Auto) return;
        _silences = _isSilent ? _silences + 1 : 0;
        if (_silences < SilencesBeforePolls) return;
        _isPolling = true;
        network.Counts.FellBack();
    }

    // A cursor begins with the life that it is of.
    private bool IsOfTheSameLife(ReadOnlySpan<byte> cursor)
    {
        var mine = _cursor.AsSpan(0, _cursor.AsSpan(0, _cursorLength).IndexOf((byte)'.') + 1);
        return mine.Length > 0 && cursor.StartsWith(mine);
    }

    private static ReadOnlySpan<byte> CursorIn(ReadOnlySpan<byte> answer)
    {
        var at = answer.LastIndexOf("\"cursor\":\""u8);
        return at < 0 ? default : answer[(at + 10)..];
    }

    private string Cursor => Encoding.ASCII.GetString(_cursor, 0, _cursorLength);

    private void Keep(ReadOnlySpan<byte> cursor)
    {
        cursor.CopyTo(_cursor);
        _cursorLength = cursor.Length;
    }
}
