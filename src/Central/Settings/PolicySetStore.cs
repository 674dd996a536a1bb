using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>A revision as it was saved.</summary>
internal sealed record StoredRevision(long Revision, DateTime SavedAt, string Author, string Comment, long? RestoredFrom, string Options)
{
    public RevisionChange Since(StoredRevision? before) => new(Revision, SavedAt, Author, Comment, RestoredFrom,
        PolicySetChange.Between(before is null ? new Dictionary<string, JsonElement>() : SettingsStore.Said(before.Options), SettingsStore.Said(Options)));
}

internal sealed class PolicySetStore(Store store)
{
    private const string Find = """
        SELECT v.epoch, p.id, p.set_key AS setKey, p.prefix, p.revision, r.options
        FROM policy_sets p
        JOIN policy_revisions r ON r.policy_set_id = p.id AND r.revision = p.revision
        JOIN settings_version v ON v.id = 1
        WHERE p.set_key = @key
        """;

    public async Task<IReadOnlyList<PolicySet>> ListAsync() => await store.RunAsync(async connection => (await connection.QueryAsync<Row>("""
        SELECT v.epoch, p.id, p.set_key AS setKey, p.prefix, p.revision, '{}' AS options
        FROM policy_sets p JOIN settings_version v ON v.id = 1 ORDER BY p.set_key
        """)).Select(row => row.ToSet().Set).ToArray());

    public async Task<VersionedPolicySet?> FindAsync(string key) =>
        (await store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Row>(Find, new { key })))?.ToSet();

    /// <summary>What the set said at <paramref name="revision"/>; null where there was none.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>?> RevisionAsync(int setId, long revision)
    {
        var options = await store.RunAsync(connection => connection.ExecuteScalarAsync<string?>(
            "SELECT options FROM policy_revisions WHERE policy_set_id = @setId AND revision = @revision", new { setId, revision }));
        return options is null ? null : SettingsStore.Said(options);
    }

    public async Task<IReadOnlyList<StoredRevision>> RevisionsAsync(int setId, long before, int most) => await store.RunAsync(async connection =>
        (await connection.QueryAsync<StoredRevision>("""
            SELECT revision, saved_at AS savedAt, author, comment, restored_from AS restoredFrom, options
            FROM policy_revisions WHERE policy_set_id = @setId AND revision < @before ORDER BY revision DESC LIMIT @most
            """, new { setId, before, most })).AsList());

    /// <summary>
    /// Saves what <paramref name="change"/> makes of the set as a new revision, or nothing where it comes to the same or is refused.
    /// The row of the set is locked first: of two administrators the second sees what the first saved.
    /// </summary>
    public async Task<Answer<VersionedPolicySet>> SaveAsync(
        string key, SavedBy by, long? restoredFrom, Func<VersionedPolicySet, Answer<SortedDictionary<string, JsonElement>>> change)
    {
        VersionedPolicySet? attempted = null;
        return await store.TransactAsync<Answer<VersionedPolicySet>>(async transaction =>
        {
            var id = await transaction.QueryFirstOrDefaultAsync<int?>("SELECT id FROM policy_sets WHERE set_key = @key FOR UPDATE", new { key });
            if (id is null || await transaction.QueryFirstOrDefaultAsync<Row>(Find, new { key }) is not { } row) return Abandon(transaction, Refusal.NotFound);
            var found = row.ToSet();
            // An earlier run whose COMMIT lost its connection may have saved: then this is our own revision.
            if (attempted is not null && found.Set.Revision == attempted.Set.Revision && PolicySetChange.Between(found.Set.Said, attempted.Set.Said).Count == 0) return attempted;
            var next = change(found);
            if (next.Refusal is { } refusal) return Abandon(transaction, refusal);
            if (PolicySetChange.Between(found.Set.Said, next.Value!).Count == 0) return found;

            var saved = new { id, revision = found.Set.Revision + 1, by.Author, by.Comment, restoredFrom, options = JsonSerializer.Serialize(next.Value, Json.Options) };
            await transaction.ExecuteAsync("""
                INSERT INTO policy_revisions (policy_set_id, revision, saved_at, author, comment, restored_from, options)
                VALUES (@id, @revision, UTC_TIMESTAMP(6), @Author, @Comment, @restoredFrom, @options)
                """, saved);
            await transaction.ExecuteAsync("UPDATE policy_sets SET revision = @revision WHERE id = @id", saved);
            await transaction.ExecuteAsync("UPDATE settings_version SET version = version + 1 WHERE id = 1");
            return attempted = found with { Set = found.Set with { Revision = saved.revision, Said = next.Value! } };
        });
    }

    private static Refusal Abandon(StoreTransaction transaction, Refusal refusal)
    {
        transaction.Abandon();
        return refusal;
    }

    private sealed record Row(string Epoch, int Id, string SetKey, string Prefix, long Revision, string Options)
    {
        public VersionedPolicySet ToSet() => new(Epoch, new(Id, SetKey, Prefix, Revision, SettingsStore.Said(Options)));
    }
}
