using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Launcher.Lines;

/// <summary>Responsible for a port of loopback being reached at another address of this machine too.</summary>
internal sealed class TcpForward : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener;
    private readonly int _port;
    private readonly Task _accepting;

    public TcpForward(IPAddress address, int port)
    {
        _port = port;
        _listener = new TcpListener(address, port);
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Who does not listen, or went away: the other side sees the same.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
        to.Shutdown(SocketShutdown.Send);
    }
}
