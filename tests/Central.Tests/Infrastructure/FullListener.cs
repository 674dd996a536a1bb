using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Central.Tests.Infrastructure;

/// <summary>An address where nobody answers at all, as if the host were gone: a queue of connections that is full drops whoever asks for one.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener = NewSocket();
    private readonly Socket[] _waiting = [.. Enumerable.Range(0, 4).Select(_ => NewSocket())];

    public FullListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        foreach (var socket in _waiting) _ = socket.ConnectAsync(_listener.LocalEndPoint!).ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    public void Dispose()
    {
        foreach (var socket in _waiting) socket.Dispose();
        _listener.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
