using System.Net;
using System.Net.Sockets;
using IntraMessenger.Launcher;

namespace IntraMessenger.Testing.Ways;

/// <summary>Passes connections on, and ends each a fixed time after it began, whatever goes through it.</summary>
public sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly TimeSpan _after;
    private readonly Task _accepting;
    private int _cut;

    public CuttingRelay(string address, TimeSpan after)
    {
        (_target, _after) = (new Uri(address).Port, after);
        var port = FreePort.Next();
        Address = $"http://127.0.0.1:{port}";
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address that it stands for.</summary>
    public string Address { get; }

    /// <summary>How many connections it ended.</summary>
    public int Cut => _cut;

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
            // The test is over.
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        cut.CancelAfter(_after);
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, cut.Token);
                await Task.WhenAny(PumpAsync(client, server, cut.Token), PumpAsync(server, client, cut.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The same for the client: its connection ends.
            }

            if (cut.IsCancellationRequested) Interlocked.Increment(ref _cut);
            await cut.CancelAsync();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count), cancellation);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side went away, or it is time.
        }
    }
}
