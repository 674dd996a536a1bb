using System.Collections.Concurrent;
using IntraMessenger.Load.Http;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Clients;

/// <summary>Responsible for what all clients of a run share: where the cluster is, the ledger, the bytes, and one watchdog for all connections.</summary>
public sealed class LoadNetwork : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<HttpConnection, bool> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly Task _watching;

    /// <param name="addresses">A client begins at one of them and goes to the next after a loss.</param>
    public LoadNetwork(IReadOnlyList<Uri> addresses, ClientSettings settings, Ledger ledger, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Settings = settings;
        Ledger = ledger;
        Addresses = [.. addresses.Select(address => LoadAddress.Of(address, settings.Proxy))];
        _watching = WatchAsync();
    }

    public IReadOnlyList<LoadAddress> Addresses { get; }

    public ClientSettings Settings { get; }

    public Ledger Ledger { get; }

    public WireCount Wire { get; } = new();

    public ClientCounts Counts { get; } = new();

    public TimeProvider Time => _time;

    /// <summary>Ends all connections; clients are to be disposed before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        foreach (var connection in _connections.Keys) connection.Abort();
        _stop.Dispose();
    }

    internal async Task<HttpConnection> ConnectAsync(LoadAddress address, CancellationToken cancellation)
    {
        var connection = new HttpConnection(Wire, _time, Settings.SocketFor?.Invoke(address.Url));
        try
        {
            await connection.ConnectAsync(address.Peer, ConnectWithin, cancellation);
            _connections[connection] = true;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal void Close(HttpConnection connection)
    {
        _connections.TryRemove(connection, out _);
        connection.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), _time);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var now = _time.GetTimestamp();
                foreach (var (connection, _) in _connections) connection.AbortIfLate(now);
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
    }
}
