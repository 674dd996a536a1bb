using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for ports that nobody listens at, below the range that the system hands out for connections.
/// They come from a block that is this process's own while it lives, so that no other takes the port of a server that is only restarting.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int BlockSize = 500;
    private const int Blocks = 24;
    private static readonly Lock Taking = new();
    private static readonly List<TcpListener> Guards = [];
    private static int _block;
    private static int _next;

    /// <summary>Each once before any of them comes again.</summary>
    public static int Next()
    {
        lock (Taking)
        {
            for (var tries = 0; tries < Blocks; tries++)
            {
                if (FreeOfBlock() is { } port) return port;
                TakeBlock();
            }
        }

        throw new InvalidOperationException("No free port was found.");
    }

    public static bool IsFree(int port)
    {
        using var listener = ListenAt(port);
        return listener is not null;
    }

    private static int? FreeOfBlock()
    {
        for (var tries = 1; Guards.Count > 0 && tries < BlockSize; tries++)
        {
            _next = _next % (BlockSize - 1) + 1;
            if (IsFree(_block + _next)) return _block + _next;
        }

        return null;
    }

    // Who listens at its first port has a block. Where to look first differs, as the servers of a launcher that has ended still use what was its.
    private static void TakeBlock()
    {
        for (var tries = 0; tries < Blocks; tries++)
        {
            var block = First + (int)((uint)(Environment.ProcessId + tries) % Blocks * BlockSize);
            if (ListenAt(block) is not { } guard) continue;
            Guards.Add(guard);
            (_block, _next) = (block, 0);
            return;
        }
    }

    private static TcpListener? ListenAt(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
