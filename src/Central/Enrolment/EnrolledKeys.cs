using System.Collections.Frozen;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Cluster;

namespace IntraMessenger.Central.Enrolment;

/// <summary>A node as it was enrolled.</summary>
internal sealed record EnrolledNode(int Id, string Name, int PolicySetId, byte[] KeyHash);

internal sealed record EnrolledGateway(int Id, string Name, byte[] KeyHash);

/// <summary>
/// Responsible for telling who calls, from memory: a thousand waiting nodes cost the store nothing, and a store that is away shuts nobody
/// out. A key that is not known yet is looked for in the store before it is refused.
/// </summary>
internal sealed class EnrolledKeys(EnrolmentStore store)
{
    private readonly Watched<Keys> _keys = new();
    private readonly SemaphoreSlim _oneReader = new(1);

    /// <summary>Ends when any node's or gateway's enrolment changed.</summary>
    public Task Changed => _keys.Changed;

    public Task<EnrolledNode?> NodeAsync(string key) => FindAsync(keys => keys.Nodes.GetValueOrDefault(Name(Secrets.Hash(key))));

    public Task<EnrolledGateway?> GatewayAsync(string key) => FindAsync(keys => keys.Gateways.GetValueOrDefault(Name(Secrets.Hash(key))));

    /// <summary>The same node as it is enrolled now; null where that key was replaced meanwhile.</summary>
    public EnrolledNode? Now(EnrolledNode node) => _keys.Current?.Nodes.GetValueOrDefault(Name(node.KeyHash));

    /// <summary>Throws where the store cannot be read; what is known stays.</summary>
    public Task RefreshAsync() => ReadAsync(_ => true);

    private async Task<T?> FindAsync<T>(Func<Keys, T?> find) where T : class
    {
        var known = _keys.Current;
        if (known is not null && find(known) is { } found) return found;
        // Callers with unknown keys share one read of the store, however many come.
        await ReadAsync(current => ReferenceEquals(current, known));
        return find(_keys.Current!);
    }

    private async Task ReadAsync(Func<Keys?, bool> stillNeeded)
    {
        await _oneReader.WaitAsync();
        try
        {
            var known = _keys.Current;
            if (!stillNeeded(known)) return;
            var (nodes, gateways) = await store.AllAsync();
            var read = new Keys(nodes.ToFrozenDictionary(node => Name(node.KeyHash)), gateways.ToFrozenDictionary(gateway => Name(gateway.KeyHash)));
            if (known is null || !read.Equals(known)) _keys.Swap(read);
        }
        finally
        {
            _oneReader.Release();
        }
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
