using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace IntraMessenger.Load.Http;

/// <summary>
/// Responsible for one HTTP/1.1 connection: one request after the other, answers with a length, in chunks or up to the end. The client shares
/// the processors with what it measures, so an exchange allocates nothing. Whatever ends the connection is an <see cref="IOException"/>.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int UsualBuffer = 2048;
    private const int LargestBuffer = 16 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly WireCount _wire;
    private readonly TimeProvider _time;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBuffer);

    // [_start, _end) is content that nobody has taken yet, [_raw, _filled) came and is not decoded.
    private int _start, _end, _raw, _filled;
    private long _left;
    private bool _isChunked, _isAfterChunk, _isOver = true;
    private long _deadline = long.MaxValue;
    private int _disposed;

    /// <param name="wire">Counts the bytes.</param>
    /// <param name="time">Of the deadlines.</param>
    /// <param name="socket">One that is not connected yet; it is disposed of with this.</param>
    public HttpConnection(WireCount wire, TimeProvider time, Socket? socket = null)
    {
        (_wire, _time) = (wire, time);
        _socket = socket ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
        _socket.NoDelay = true;
    }

    public ResponseHead Head { get; private set; }

    /// <summary>The content that came and was not consumed; good until the next call.</summary>
    public ReadOnlySpan<byte> Content => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether another request may follow on it.</summary>
    public bool IsReusable => _isOver && !Head.Closes && _disposed == 0;

    /// <summary>Aborts it where what it waits for has not come in time; one watchdog calls this for all connections.</summary>
    public void AbortIfLate(long now)
    {
        if (now >= Volatile.Read(ref _deadline)) Abort();
    }

    /// <summary>From now on nothing may take longer than this.</summary>
    public void ExpectWithin(TimeSpan patience) => Volatile.Write(ref _deadline, _time.GetTimestamp() + (long)(patience.TotalSeconds * _time.TimestampFrequency));

    public async Task ConnectAsync(EndPoint address, TimeSpan patience, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(patience);
        try
        {
            await _socket.ConnectAsync(address, limited.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException || e is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new IOException($"{address} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Sends a whole request and reads the head of its answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        (_start, _end, _raw, _filled) = (0, 0, 0, 0);
        _isOver = false;
        try
        {
            while (request.Length > 0)
            {
                var sent = await _socket.SendAsync(request, SocketFlags.None);
                _wire.AddSent(sent);
                request = request[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection was lost while sending.", e);
        }

        int end;
        do
        {
            while ((end = _buffer.AsSpan(_raw, _filled - _raw).IndexOf("\r\n\r\n"u8)) < 0) await ReceiveAsync();
            Head = ResponseHead.Parse(_buffer.AsSpan(_raw, end));
            _raw += end + 4;
        }
        while (Head.Status is >= 100 and < 200);

        (_start, _end) = (_raw, _raw);
        _isChunked = Head.Length == ResponseHead.Chunked;
        _isAfterChunk = false;
        _left = _isChunked ? 0 : Head.Length;
        _isOver = !_isChunked && _left == 0;
        Decode();
        return Head.Status;
    }

    /// <summary>Sends a request and reads its whole answer into <see cref="Content"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        await SendAsync(request);
        while (await ReadAsync())
        {
            // until all is here
        }

        Volatile.Write(ref _deadline, long.MaxValue);
        return Head.Status;
    }

    /// <summary>Waits for more content; false where it has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync()
    {
        for (var had = _end - _start; ;)
        {
            if (_end - _start > had) return true;
            if (_isOver) return false;
            await ReceiveAsync();
            Decode();
        }
    }

    /// <summary>The first bytes of <see cref="Content"/> are done with.</summary>
    public void Consume(int count) => _start += count;

    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _socket.Dispose();
    }

    /// <summary>Not while a call is under way: <see cref="Abort"/> ends one.</summary>
    public void Dispose()
    {
        Abort();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask ReceiveAsync()
    {
        MakeRoom();
        int received;
        try
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection was lost.", e);
        }

        if (received == 0)
        {
            if (Head.Length != long.MaxValue || _isOver) throw new IOException("The connection was closed.");
            _isOver = true;
        }

        _wire.AddReceived(received);
        _filled += received;
    }

    private void MakeRoom()
    {
        if (_start == _end && _raw == _filled) (_start, _end, _raw, _filled) = (0, 0, 0, 0);
        if (_filled < _buffer.Length) return;

        var content = _end - _start;
        var raw = _filled - _raw;
        var target = _buffer;
        if (content + raw > _buffer.Length / 2)
        {
            if (_buffer.Length >= LargestBuffer) throw new IOException("The answer is too large.");
            target = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        }

        _buffer.AsSpan(_start, content).CopyTo(target);
        _buffer.AsSpan(_raw, raw).CopyTo(target.AsSpan(content));
        (_start, _end, _raw, _filled) = (0, content, content, content + raw);
        if (target == _buffer) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
    }

    // Moves content down to where the content before it ends, without what frames the chunks.
    private void Decode()
    {
        while (!_isOver)
        {
            if (_left > 0)
            {
                var count = (int)Math.Min(_left, _filled - _raw);
                if (count == 0) return;
                if (_raw != _end) Buffer.BlockCopy(_buffer, _raw, _buffer, _end, count);
                _end += count;
                _raw += count;
                if (_left != long.MaxValue) _left -= count;
                if (_left > 0) continue;
                _isOver = !_isChunked;
                _isAfterChunk = true;
                continue;
            }

            var line = _buffer.AsSpan(_raw, _filled - _raw);
            var end = line.IndexOf("\r\n"u8);
            if (end < 0) return;
            _raw += end + 2;
            if (_isAfterChunk)
            {
                _isAfterChunk = false; // the line break that ends a chunk, or the whole
                _isOver = _left < 0;
                continue;
            }

            if (!Utf8Parser.TryParse(line[..end], out _left, out _, 'x')) throw new IOException("A chunk has no length.");
            if (_left == 0) (_left, _isAfterChunk) = (-1, true);
        }
    }
}
