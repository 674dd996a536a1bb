using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

internal sealed class SettingsStore(Store store)
{
    private const string ClusterKey = "cluster-key";

    public Task<SettingsVersion> VersionAsync() =>
        store.RunAsync(connection => connection.QuerySingleAsync<SettingsVersion>("SELECT epoch, version FROM settings_version WHERE id = 1"));

    /// <summary>Everything in one statement, so that version and sets are of the same moment.</summary>
    public async Task<SettingsSnapshot> LoadAsync()
    {
        var rows = await store.RunAsync(async connection => (await connection.QueryAsync<Row>("""
            SELECT v.epoch, v.version, k.value AS clusterKey, p.id, p.set_key AS setKey, p.prefix, p.revision, r.options
            FROM settings_version v
            JOIN cluster_secrets k ON k.name = @ClusterKey
            JOIN policy_sets p
            JOIN policy_revisions r ON r.policy_set_id = p.id AND r.revision = p.revision
            WHERE v.id = 1
            """, new { ClusterKey })).AsList());
        if (rows.Count == 0) throw new InvalidDataException("The store has no policy set, or lost the cluster key.");
        var sets = rows.ToDictionary(row => row.Id, row => new PolicySet(row.Id, row.SetKey, row.Prefix, row.Revision, Said(row.Options)));
        return new(new(rows[0].Epoch, rows[0].Version), sets, Convert.ToBase64String(rows[0].ClusterKey));
    }

    /// <summary>Says that the store was restored; of several controls that notice it one does.</summary>
    public Task NewEpochAsync(SettingsVersion seen) => store.RunAsync(connection => connection.ExecuteAsync(
        "UPDATE settings_version SET epoch = @next WHERE id = 1 AND epoch = @Epoch AND version = @Version",
        new { next = Guid.NewGuid().ToString(), seen.Epoch, seen.Version }));

    /// <summary>Makes the key that nodes sign their signals with, once for ever.</summary>
    public Task EnsureClusterKeyAsync() => store.RunAsync(connection => connection.ExecuteAsync(
        "INSERT IGNORE INTO cluster_secrets (name, value) VALUES (@ClusterKey, @value)",
        new { ClusterKey, value = RandomNumberGenerator.GetBytes(32) }));

    public static Dictionary<string, JsonElement> Said(string options) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options, Json.Options)!;

    private sealed record Row(string Epoch, long Version, byte[] ClusterKey, int Id, string SetKey, string Prefix, long Revision, string Options);
}
