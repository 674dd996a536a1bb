using IntraMessenger.Node.Leases;

namespace IntraMessenger.Node.Signals.Transports;

/// <summary>A way to another node. What it does not take at once, or loses, is lost: the sweep of the other node finds it.</summary>
internal interface ISignalTransport
{
    /// <summary>As the local file calls it.</summary>
    string Name { get; }

    /// <summary>Null while it works, else why not.</summary>
    string? Problem { get; }

    /// <summary>Null where it was handed over, else why not; or throws that. Waits for a moment at the most; the body may be used again afterwards.</summary>
    Task<string?> SendAsync(Peer peer, ReadOnlyMemory<byte> body, string signature, CancellationToken cancellation);
}
