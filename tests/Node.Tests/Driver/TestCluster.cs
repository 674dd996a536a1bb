using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>Nodes on one database of their own. Central is away: each node lives on its last good settings.</summary>
internal class TestCluster : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];
    private int _names;

    private TestCluster(string database) => (Database, Store) = (database, StoreFixture.Store(database));

    public string Database { get; }

    /// <summary>The store beside the nodes: for what only an administrator, a clock or an accident could do.</summary>
    public Store Store { get; }

    public string ClusterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What home sets decide, by the id of the set.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, JsonElement>> Homes { get; } = [];

    /// <summary>The roles that nodes are told of; who holds one is in the store.</summary>
    public List<RoleOptions> Roles { get; } = [];

    /// <param name="severalServers">The nodes believe the store to be on two servers, of which they use the first.</param>
    public static async Task<TestCluster> StartAsync(bool severalServers = false)
    {
        var store = await AssemblyStore.GetAsync();
        var database = await store.MigratedDatabaseAsync();
        if (severalServers) database = database.Replace("Server=127.0.0.1;", $"Server=127.0.0.1,127.0.0.1:{store.Server.Port};", StringComparison.Ordinal);
        var cluster = new TestCluster(database);
        // As if nodes had lived until now: after a time without any, no lease ends for 15 s.
        await cluster.ExecuteAsync("UPDATE lease_clock SET last_renewal = UTC_TIMESTAMP(6)");
        return cluster;
    }

    public Task<TestNode> StartNodeAsync(string set, params (string Key, object Value)[] options) => StartNodeAsync(new NodeSetup(set) { Options = options });

    public async Task<TestNode> StartNodeAsync(NodeSetup setup)
    {
        var name = $"node-{setup.Set}-{Interlocked.Increment(ref _names)}";
        var nodeId = await Store.RunAsync(connection => connection.QuerySingleAsync<int>("""
            INSERT INTO nodes (name, policy_set_id, key_hash, created_at) SELECT @name, id, @key, UTC_TIMESTAMP(6) FROM policy_sets WHERE set_key = @Set;
            SELECT LAST_INSERT_ID()
            """, new { name, setup.Set, key = RandomNumberGenerator.GetBytes(32) }));
        var node = await TestNode.StartAsync(this, name, nodeId, setup);
        lock (_nodes) _nodes.Add(node);
        return node;
    }

    /// <summary>A name that nobody of this cluster has yet.</summary>
    public string Unused(string name) => name + Interlocked.Increment(ref _names);

    public SettingsDocument Settings(string nodeName, int nodeId, string set, params (string Key, object Value)[] options)
    {
        var said = new Dictionary<string, JsonElement>
        {
            ["accounts.registration"] = JsonSerializer.SerializeToElement("open"),
            ["limits.signInsPerMinute"] = JsonSerializer.SerializeToElement(0),
            ["limits.requestsPerSecond"] = JsonSerializer.SerializeToElement(0),
        };
        foreach (var (key, value) in options) said[key] = JsonSerializer.SerializeToElement(value);
        return new SettingsDocument(
            "epoch", 1, new NodeIdentity(nodeId, nodeName), new PolicySetIdentity(SetId(set), set, set), OptionLayers.OfSet(said, "", new Dictionary<string, JsonElement>()).Compose(), Homes, ClusterKey)
        {
            Roles = Roles,
        };
    }

    public static int SetId(string set) => set == "a" ? 1 : 2;

    public Task ExecuteAsync(string sql, object? parameters = null) => Store.RunAsync(connection => connection.ExecuteAsync(sql, parameters));

    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) => Store.RunAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters));

    /// <summary>All that people make, as one text: equal before and after means that nothing was changed.</summary>
    public async Task<string> FingerprintAsync()
    {
        var sums = await Store.RunAsync(connection => connection.QueryAsync<(string Table, long Sum)>(
            "CHECKSUM TABLE accounts, contacts, conversations, conversation_members, former_members, messages EXTENDED"));
        var sessions = await Store.RunAsync(connection => connection.QueryAsync<(long, int, string?)>("SELECT id, status, reason FROM sessions WHERE expires_at > UTC_TIMESTAMP(6) ORDER BY id"));
        return string.Join(", ", sums) + string.Join(", ", sessions);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
    }
}

/// <param name="Set">The policy set that the node serves.</param>
internal sealed record NodeSetup(string Set)
{
    public (string Key, object Value)[] Options { get; init; } = [];

    /// <summary>Where other nodes believe its management port to be; its own unless said.</summary>
    public string? AdvertisedManagement { get; init; }

    /// <summary>Section <c>signals</c> of its local file; none unless said.</summary>
    public object? Signals { get; init; }

    /// <summary>Its way to the store; the cluster's unless said.</summary>
    public string? Store { get; init; }

    /// <summary>Where control is; away unless said.</summary>
    public string? Control { get; init; }

    /// <summary>Whether there is a last good copy of the settings.</summary>
    public bool HasLastGood { get; init; } = true;

    /// <summary>Its data folder; a new one unless said.</summary>
    public string? Data { get; init; }
}
