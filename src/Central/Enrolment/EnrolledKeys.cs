using System.Collections.Frozen;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Cluster;

namespace IntraMessenger.Central.Enrolment;

/// <summary>A node as it was enrolled.</summary>
internal sealed record EnrolledNode(int Id, string Name, int PolicySetId, byte[] KeyHash);

internal sealed record EnrolledGateway(int Id, string Name, byte[] KeyHash);

/// <summary>
/// Responsible for telling who calls, from memory: a thousand waiting nodes cost the store nothing, and a store that is away shuts nobody
/// out. A key that is not known yet is looked for in the store before it is refused, once a second however many come.
/// </summary>
internal sealed class EnrolledKeys(EnrolmentStore store, TimeProvider time)
{
    /// <summary>Between two reads for unknown keys: how long one that was just enrolled may have to wait.</summary>
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(1);

    private readonly Watched<Keys> _keys = new();
    private readonly SemaphoreSlim _oneReader = new(1);
    private readonly Lock _lock = new();
    private Task? _comingRead;
    private long? _lastBegun;

    /// <summary>Ends when any node's or gateway's enrolment changed.</summary>
    public Task Changed => _keys.Changed;

    public Task<EnrolledNode?> NodeAsync(string key) => FindAsync(keys => keys.Nodes.GetValueOrDefault(Name(Secrets.Hash(key))));

    public Task<EnrolledGateway?> GatewayAsync(string key) => FindAsync(keys => keys.Gateways.GetValueOrDefault(Name(Secrets.Hash(key))));

    /// <summary>The same node as it is enrolled now; null where that key was replaced meanwhile.</summary>
    public EnrolledNode? Now(EnrolledNode node) => _keys.Current?.Nodes.GetValueOrDefault(Name(node.KeyHash));

    /// <summary>Throws where the store cannot be read; what is known stays.</summary>
    public async Task RefreshAsync()
    {
        await _oneReader.WaitAsync();
        try
        {
            await ReadAsync();
        }
        finally
        {
            _oneReader.Release();
        }
    }

    private async Task<T?> FindAsync<T>(Func<Keys, T?> find) where T : class
    {
        if (_keys.Current is { } known && find(known) is { } found) return found;
        await ComingReadAsync();
        return find(_keys.Current!);
    }

    /// <summary>A read that has not begun yet, so that it sees what was enrolled before this call; shared by all who ask until it begins.</summary>
    private Task ComingReadAsync()
    {
        lock (_lock) return _comingRead ??= ReadWhenDueAsync();
    }

    private async Task ReadWhenDueAsync()
    {
        await Task.Yield(); // it is kept as the coming one before it begins
        if (_lastBegun is { } last && BetweenReads - time.GetElapsedTime(last) is { Ticks: > 0 } rest) await Task.Delay(rest, time);
        await _oneReader.WaitAsync();
        try
        {
            lock (_lock) (_comingRead, _lastBegun) = (null, time.GetTimestamp());
            await ReadAsync();
        }
        finally
        {
            _oneReader.Release();
        }
    }

    private async Task ReadAsync()
    {
        var (nodes, gateways) = await store.AllAsync();
        var read = new Keys(nodes.ToFrozenDictionary(node => Name(node.KeyHash)), gateways.ToFrozenDictionary(gateway => Name(gateway.KeyHash)));
        if (!read.Equals(_keys.Current)) _keys.Swap(read);
    }

    private static string Name(byte[] hash) => Convert.ToHexString(hash);

    private sealed record Keys(FrozenDictionary<string, EnrolledNode> Nodes, FrozenDictionary<string, EnrolledGateway> Gateways)
    {
        public bool Equals(Keys? other) => other is not null
            && Nodes.Count == other.Nodes.Count && Gateways.Count == other.Gateways.Count
            && Nodes.All(node => other.Nodes.TryGetValue(node.Key, out var same) && (same.Id, same.Name, same.PolicySetId) == (node.Value.Id, node.Value.Name, node.Value.PolicySetId))
            && Gateways.Keys.All(other.Gateways.ContainsKey);

        public override int GetHashCode() => Nodes.Count;
    }
}
