using System.Security.Cryptography;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

internal sealed class SettingsStore(Store store, TimeProvider time)
{
    private const string ClusterKey = "cluster-key";

    public Task<SettingsVersion> VersionAsync() => store.RunAsync(connection =>
        connection.QuerySingleAsync<SettingsVersion>("SELECT epoch, version, holders_version AS holdersVersion FROM settings_version WHERE id = 1"));

    /// <summary>Everything in one statement, so that version and sheets are of the same moment.</summary>
    public async Task<SettingsSnapshot> LoadAsync()
    {
        var rows = await store.RunAsync(async connection => (await connection.QueryAsync<Row>("""
            SELECT v.epoch, v.version, v.holders_version AS holdersVersion, v.holders_changed_at AS holdersChangedAt, k.value AS clusterKey,
                h.kind, h.owner_id AS ownerId, COALESCE(p.set_key, o.name, '') AS name, COALESCE(p.prefix, '') AS prefix, h.revision, r.content, r.saved_at AS savedAt
            FROM settings_version v
            JOIN cluster_secrets k ON k.name = @ClusterKey
            JOIN settings_heads h
            JOIN settings_revisions r ON r.kind = h.kind AND r.owner_id = h.owner_id AND r.revision = h.revision
            LEFT JOIN policy_sets p ON h.kind = 'set' AND p.id = h.owner_id
            LEFT JOIN roles o ON h.kind = 'role' AND o.id = h.owner_id
            WHERE v.id = 1
            """, new { ClusterKey })).AsList());
        if (rows.Count == 0) throw new InvalidDataException("The store has no settings, or lost the cluster key.");
        var sheets = rows.Select(row => new Sheet(new(SheetId.KindOf(row.Kind), row.OwnerId), row.Name, row.Prefix, row.Revision, SheetStore.Read(row.Content), row.SavedAt)).ToArray();
        return new(new(rows[0].Epoch, rows[0].Version, rows[0].HoldersVersion), sheets, Convert.ToBase64String(rows[0].ClusterKey), rows[0].HoldersChangedAt, time.GetUtcNow());
    }

    /// <summary>Says that the store was restored; of several controls that notice it one does.</summary>
    public Task NewEpochAsync(SettingsVersion seen) => store.RunAsync(connection => connection.ExecuteAsync(
        "UPDATE settings_version SET epoch = @next WHERE id = 1 AND epoch = @Epoch AND version = @Version",
        new { next = Guid.NewGuid().ToString(), seen.Epoch, seen.Version }));

    /// <summary>Makes the key that nodes sign their signals with, once for ever.</summary>
    public Task EnsureClusterKeyAsync() => store.RunAsync(connection => connection.ExecuteAsync(
        "INSERT IGNORE INTO cluster_secrets (name, value) VALUES (@ClusterKey, @value)",
        new { ClusterKey, value = RandomNumberGenerator.GetBytes(32) }));

    private sealed record Row(
        string Epoch, long Version, long HoldersVersion, DateTime HoldersChangedAt, byte[] ClusterKey, string Kind, int OwnerId, string Name, string Prefix, long Revision, string Content,
        DateTime SavedAt);
}
