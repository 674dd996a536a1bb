using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Launcher;

/// <summary>Responsible for ports that nobody listens at, below the range that the system hands out for connections.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _next = (int)((uint)Environment.ProcessId * 97 % Count);

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException("No free port was found.");
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
