using System.Collections.Concurrent;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for what each node is told, from memory, and for following the store.</summary>
internal sealed partial class SettingsService(SettingsStore store, EnrolledKeys keys, ILogger<SettingsService> logger)
{
    private static readonly Refusal KeyReplaced = new(401, "unknown-key", "Unknown key", "The key of this node was renewed. Put the new one into its local file.");

    private readonly Watched<SettingsSnapshot> _snapshot = new();
    private readonly ConcurrentDictionary<int, int> _catalogues = new();
    private readonly SemaphoreSlim _oneReader = new(1);
    private bool _trusted;

    public SettingsSnapshot? Current => _snapshot.Current;

    /// <summary>One of them ends when any node may be told something else than before.</summary>
    public Task[] Changed() => [_snapshot.Changed, keys.Changed];

    /// <summary>The composed document of the node that asks.</summary>
    public Answer<TaggedDocument> For(EnrolledNode asking, int catalogue)
    {
        if (keys.Now(asking) is not { } node) return KeyReplaced;
        _catalogues[node.Id] = catalogue;
        return Current?.For(new(node.Id, node.Name), node.PolicySetId, catalogue) is { } document ? document : Refusal.StoreUnavailable;
    }

    /// <summary>The catalogue version with which a node asked here last; null where it asks another control. For nodes that do not tell it with their heartbeats.</summary>
    public int? CatalogueAsked(int nodeId) => _catalogues.TryGetValue(nodeId, out var catalogue) ? catalogue : null;

    /// <summary>The ETag and revision that a node should have in force; null before the store was read.</summary>
    /// <param name="catalogue">As the node told it; null where it has not.</param>
    public (string ETag, long Revision)? Wanted(int nodeId, string name, int policySetId, int? catalogue)
    {
        var current = Current;
        var document = current?.For(new(nodeId, name), policySetId, Known(nodeId, catalogue));
        return document is null ? null : (document.ETag, current!.Sets[policySetId].Revision);
    }

    /// <summary>The whole document that a node should have in force; null before the store was read.</summary>
    public (string ETag, SettingsDocument Document)? Requested(int nodeId, string name, int policySetId, int? catalogue)
    {
        var known = Known(nodeId, catalogue);
        var current = Current;
        return current?.Compose(new(nodeId, name), policySetId, known) is { } document && current.For(new(nodeId, name), policySetId, known) is { } tagged
            ? (tagged.ETag, document)
            : null;
    }

    public Task EnsureClusterKeyAsync() => store.EnsureClusterKeyAsync();

    /// <summary>Looks whether something was saved, and if so swaps the snapshot, which answers every waiter.</summary>
    public async Task RefreshAsync()
    {
        await _oneReader.WaitAsync();
        try
        {
            // After a failed look everything is read again: a restored store may show the same version with other contents.
            var trusted = _trusted;
            _trusted = false;
            var known = Current;
            if (!trusted || known is null || await store.VersionAsync() != known.Version) _snapshot.Swap(await LoadAsync(known?.Version));
            _trusted = true;
        }
        finally
        {
            _oneReader.Release();
        }
    }

    private int Known(int nodeId, int? told) => told ?? CatalogueAsked(nodeId) ?? OptionCatalogue.Version;

    private async Task<SettingsSnapshot> LoadAsync(SettingsVersion? known)
    {
        var loaded = await store.LoadAsync();
        if (known is null || loaded.Version.Epoch != known.Epoch || loaded.Version.Version >= known.Version) return loaded;
        Log.WentBack(logger, known.Version, loaded.Version.Version);
        await store.NewEpochAsync(loaded.Version);
        return await store.LoadAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Warning, "The settings went back from version {Known} to {Found}: the store was restored, and is followed under a new epoch")]
        public static partial void WentBack(ILogger logger, long known, long found);
    }
}
