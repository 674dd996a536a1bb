using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for ports that nobody listens at, below the range that the system hands out for connections.
/// They come from blocks that are this process's own while it lives, so that no other takes the port of a server that is only restarting.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int BlockSize = 200;
    private const int Blocks = 60;
    private static readonly Lock Taking = new();
    private static readonly List<TcpListener> Guards = [];
    private static int _port;
    private static int _left;
    private static int _again;

    /// <summary>No port comes again before all blocks have an owner.</summary>
    public static int Next()
    {
        lock (Taking)
        {
            for (var tries = 0; tries < Blocks * BlockSize; tries++)
            {
                if (_left == 0) NextBlock();
                _left--;
                if (IsFree(++_port)) return _port;
            }
        }

        throw new InvalidOperationException("No free port was found.");
    }

    public static bool IsFree(int port)
    {
        using var listener = ListenAt(port);
        return listener is not null;
    }

    private static void NextBlock()
    {
        var guard = TakeBlock();
        if (guard is not null) Guards.Add(guard);
        else guard = Guards.Count > 0 ? Guards[_again++ % Guards.Count] : throw new InvalidOperationException("All free ports belong to other processes.");
        (_port, _left) = (((IPEndPoint)guard.LocalEndpoint).Port, BlockSize - 1);
    }

    // Who listens at its first port has a block. Servers of a launcher that has ended may go on in another.
    private static TcpListener? TakeBlock()
    {
        var used = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => (listener.Port - First) / BlockSize).ToHashSet();
        return Enumerable.Range(0, Blocks).Select(tries => (int)(((uint)Environment.ProcessId * 31 + tries) % Blocks))
            .Where(block => !used.Contains(block)).Select(block => ListenAt(First + block * BlockSize)).FirstOrDefault(guard => guard is not null);
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
