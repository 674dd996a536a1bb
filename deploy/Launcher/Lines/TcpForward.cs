using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Launcher.Lines;

/// <summary>
/// Responsible for a port of loopback being reached at another address or port of this machine too, and for what can happen on such a way:
/// nobody is let in and who is in is cut off, or every answer comes later.
/// </summary>
public sealed class TcpForward : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, Socket> _open = [];
    private readonly IPEndPoint _at;
    private readonly int _port;
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _delayed;

    public TcpForward(IPEndPoint at, int port)
    {
        (_at, _port) = (at, port);
        Mend();
    }

    /// <summary>Where it is reached.</summary>
    public int Port => _at.Port;

    /// <summary>How much later an answer comes, asked for each; null for at once.</summary>
    public Func<TimeSpan>? AnswerDelay { get; set; }

    /// <summary>How many answers came later.</summary>
    public long Delayed => Volatile.Read(ref _delayed);

    /// <summary>Refuses connections, and resets those that are open.</summary>
    public void Cut()
    {
        _listener?.Stop();
        _listener = null;
        foreach (var (client, server) in _open)
        {
            Reset(client);
            Reset(server);
        }
    }

    public void Mend()
    {
        if (_listener is not null) return;
        _listener = new TcpListener(_at);
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = PassAsync(listener, await listener.AcceptSocketAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over, or cut.
        }
    }

    private async Task PassAsync(TcpListener listener, Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                _open[client] = server;
                if (listener != _listener) Reset(client); // accepted while it was cut
                await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                var asked = new Asked();
                await Task.WhenAll(AskAsync(client, server, asked), AnswerAsync(server, client, asked));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                Reset(client); // who does not listen, or went away: the other side sees the same
            }
            finally
            {
                _open.TryRemove(client, out _);
            }
        }
    }

    private async Task AskAsync(Socket client, Socket server, Asked asked)
    {
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
        {
            asked.IsOpen = true;
            await server.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }

        server.Shutdown(SocketShutdown.Send);
    }

    private async Task AnswerAsync(Socket server, Socket client, Asked asked)
    {
        var buffer = new byte[64 * 1024];
        while (await server.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
        {
            // Once an answer, however long it is.
            if (asked.IsOpen && AnswerDelay is { } delay)
            {
                await Task.Delay(delay(), _end.Token);
                Interlocked.Increment(ref _delayed);
            }

            asked.IsOpen = false;
            await client.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }

        client.Shutdown(SocketShutdown.Send);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    private sealed class Asked
    {
        public volatile bool IsOpen;
    }
}
