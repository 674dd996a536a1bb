using System.Net.Sockets;

namespace IntraMessenger.Load.Clients;

public enum EventMode
{
    /// <summary>Streams, and polls where streams do not come through.</summary>
    Auto,
    Stream,
    Poll,
}

/// <summary>How the clients of a run behave.</summary>
public sealed record ClientSettings
{
    /// <summary>What comes through nearly everywhere.</summary>
    public const int UsualPollSeconds = 25;

    /// <summary>What the page asks for where nothing is in the way, and the longest that a node takes.</summary>
    public const int LongestPollSeconds = 55;

    public EventMode Mode { get; init; } = EventMode.Auto;

    /// <summary>Characters of a message.</summary>
    public int TextLength { get; init; } = 80;

    /// <summary>Random clientIds instead of those that grow with time, which are kind to an index.</summary>
    public bool RandomClientIds { get; init; }

    /// <summary>After a loss a client waits a random time up to this, so that a thousand do not come at once.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After further ones, each twice as long as the one before, up to this.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a request may take before the client gives the connection up and repeats it.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first byte of a stream, its cursor, comes at once.</summary>
    public TimeSpan FirstByteWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A stream that says nothing for so long is dead: 2.5 times the server's heartbeat.</summary>
    public TimeSpan SilentAtMost { get; init; } = TimeSpan.FromSeconds(62.5);

    /// <summary>What a poll asks to wait, in seconds.</summary>
    public int PollSeconds { get; init; } = UsualPollSeconds;

    /// <summary>Opens the socket for an address that is not reached from here, such as one in another network namespace; null for the others.</summary>
    public Func<Uri, Socket?>? SocketFor { get; init; }

    /// <summary>An HTTP proxy to go through, such as <c>http://127.0.0.1:3128</c>.</summary>
    public Uri? Proxy { get; init; }
}
