using System.Net;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>
/// Responsible for what stands between the programs of a cluster, in this process, so that faults can be done to what passes: before each
/// server of the store, and before the management port of each node.
/// </summary>
public sealed class Relays : IAsyncDisposable
{
    private readonly List<TcpForward> _store = [];

    private Relays(string connectionString) => ConnectionString = StoreAddresses.Move(connectionString, port =>
    {
        _store.Add(new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), port));
        return ("127.0.0.1", _store[^1].Port);
    });

    /// <summary>Of the programs; the store's own leads past the relays.</summary>
    public string ConnectionString { get; }

    /// <summary>In the order of the servers in the connection string.</summary>
    public IReadOnlyList<TcpForward> Store => _store;

    public SignalRelay Signals { get; } = new();

    internal static async Task<Relays> LayAsync(string connectionString, IEnumerable<Member> nodes)
    {
        var relays = new Relays(connectionString);
        foreach (var node in nodes) await relays.Signals.StandBeforeAsync(node.Management);
        return relays;
    }

    public async ValueTask DisposeAsync()
    {
        await Signals.DisposeAsync();
        foreach (var forward in _store) await forward.DisposeAsync();
    }
}
