using System.Data.Common;
using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>A revision as it was saved.</summary>
internal sealed record StoredRevision(long Revision, DateTime SavedAt, string Author, string Comment, long? RestoredFrom, string Content)
{
    public SheetContent Said => SheetStore.Read(Content);

    public RevisionChange Since(StoredRevision? before, Sheet now) => new(Revision, SavedAt, Author, Comment, RestoredFrom, ChangesSince(before, now));

    /// <param name="now">The sheet as it is: a revision that does not say what it was called is called what the sheet is.</param>
    public IReadOnlyDictionary<string, OptionChange> ChangesSince(StoredRevision? before, Sheet now)
    {
        var changes = SheetChange.Between(before?.Said ?? SheetContent.Empty, Said);
        if (before is null) return changes;
        var (old, next) = (SheetStore.ReadNames(before.Content), SheetStore.ReadNames(Content));
        SheetChange.Rename(changes, "key", old.Key ?? now.Name, next.Key ?? now.Name);
        SheetChange.Rename(changes, "prefix", old.Prefix ?? now.Prefix, next.Prefix ?? now.Prefix);
        return changes;
    }
}

/// <summary>What a policy set was called at a revision, beside what it said there: absent since its last rename.</summary>
internal sealed record SheetNames(string? Key = null, string? Prefix = null);

/// <summary>Responsible for sheets and their histories in the store.</summary>
internal sealed class SheetStore(Store store)
{
    private const string Select = """
        SELECT v.epoch, h.kind, h.owner_id AS ownerId, COALESCE(p.set_key, o.name, '') AS name, COALESCE(p.prefix, '') AS prefix, h.revision, r.content
        FROM settings_heads h
        JOIN settings_revisions r ON r.kind = h.kind AND r.owner_id = h.owner_id AND r.revision = h.revision
        JOIN settings_version v ON v.id = 1
        LEFT JOIN policy_sets p ON h.kind = 'set' AND p.id = h.owner_id
        LEFT JOIN roles o ON h.kind = 'role' AND o.id = h.owner_id

        """;

    public static SheetContent Read(string content) => JsonSerializer.Deserialize<SheetContent>(content, Json.Options)!;

    public static SheetNames ReadNames(string content) => JsonSerializer.Deserialize<SheetNames>(content, Json.Options)!;

    /// <summary>In the order of the names.</summary>
    public async Task<IReadOnlyList<VersionedSheet>> ListAsync(SheetKind kind) => await store.RunAsync(async connection =>
        (await connection.QueryAsync<Row>(Select + "WHERE h.kind = @KindName ORDER BY name", new { new SheetId(kind, 0).KindName })).Select(row => row.ToSheet()).ToArray());

    public async Task<IReadOnlyList<VersionedSheet>> AllAsync() => await store.RunAsync(async connection =>
        (await connection.QueryAsync<Row>(Select)).Select(row => row.ToSheet()).ToArray());

    public async Task<VersionedSheet?> FindAsync(SheetKind kind, string name) => (await store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Row>(
        Select + "WHERE h.kind = @KindName AND COALESCE(p.set_key, o.name, '') = @name", new { new SheetId(kind, 0).KindName, name })))?.ToSheet();

    /// <summary>What it said at <paramref name="revision"/>; null where there was none.</summary>
    public async Task<SheetContent?> RevisionAsync(SheetId id, long revision)
    {
        var content = await store.RunAsync(connection => connection.ExecuteScalarAsync<string?>(
            "SELECT content FROM settings_revisions WHERE kind = @KindName AND owner_id = @OwnerId AND revision = @revision", new { id.KindName, id.OwnerId, revision }));
        return content is null ? null : Read(content);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<StoredRevision>> RevisionsAsync(SheetId id, long before, int most) => await store.RunAsync(async connection =>
        (await connection.QueryAsync<StoredRevision>("""
            SELECT revision, saved_at AS savedAt, author, comment, restored_from AS restoredFrom, content
            FROM settings_revisions WHERE kind = @KindName AND owner_id = @OwnerId AND revision < @before ORDER BY revision DESC LIMIT @most
            """, new { id.KindName, id.OwnerId, before, most })).AsList());

    /// <summary>What others saved over what somebody read who names it by these tags; null where it is gone by now.</summary>
    public async Task<ChangedMeanwhile?> SinceAsync(VersionedSheet now, IfMatch read)
    {
        var revision = read.Tags.Select(now.RevisionOf).Max();
        var before = revision is { } known ? (await RevisionsAsync(now.Sheet.Id, known + 1, 1)).FirstOrDefault(found => found.Revision == known) : null;
        if ((await RevisionsAsync(now.Sheet.Id, long.MaxValue, 1)).FirstOrDefault() is not { } newest) return null;
        return new(before is null ? null : revision, newest.Revision, newest.Author, newest.Comment, newest.SavedAt, newest.ChangesSince(before, now.Sheet));
    }

    /// <summary>
    /// Saves what <paramref name="change"/> makes of the sheet as a new revision, or nothing where it comes to the same or is refused.
    /// Its head is locked first: of two administrators the second sees what the first saved.
    /// </summary>
    public async Task<Answer<VersionedSheet>> SaveAsync(
        SheetId id, SavedBy by, long? restoredFrom, Func<StoreTransaction, VersionedSheet, Task<Answer<SheetContent>>> change)
    {
        VersionedSheet? attempted = null;
        return await store.TransactAsync<Answer<VersionedSheet>>(async transaction =>
        {
            if (await LockAsync(transaction, id) is not { } found) return Abandon(transaction, Refusal.NotFound);
            // An earlier run whose COMMIT lost its connection may have saved: then this is our own revision.
            if (attempted is not null && found.Sheet.Revision == attempted.Sheet.Revision && SheetChange.Between(found.Sheet.Content, attempted.Sheet.Content).Count == 0) return attempted;
            var next = await change(transaction, found);
            if (next.Refusal is { } refusal) return Abandon(transaction, refusal);
            if (SheetChange.Between(found.Sheet.Content, next.Value!).Count == 0) return found;

            attempted = found with { Sheet = await AddNextAsync(transaction, found.Sheet with { Content = next.Value! }, by, restoredFrom) };
            return attempted;
        });
    }

    /// <summary>The sheet with its head locked; null where there is none.</summary>
    public static async Task<VersionedSheet?> LockAsync(StoreTransaction transaction, SheetId id)
    {
        var head = await transaction.QueryFirstOrDefaultAsync<long?>(
            "SELECT revision FROM settings_heads WHERE kind = @KindName AND owner_id = @OwnerId FOR UPDATE", new { id.KindName, id.OwnerId });
        return head is null ? null : (await transaction.QueryFirstOrDefaultAsync<Row>(
            Select + "WHERE h.kind = @KindName AND h.owner_id = @OwnerId", new { id.KindName, id.OwnerId }))?.ToSheet();
    }

    /// <summary>Every sheet, with all heads locked.</summary>
    public static async Task<IReadOnlyList<VersionedSheet>> LockAllAsync(StoreTransaction transaction)
    {
        await transaction.QueryAsync<long>("SELECT revision FROM settings_heads ORDER BY kind, owner_id FOR UPDATE");
        return [.. (await transaction.QueryAsync<Row>(Select)).Select(row => row.ToSheet())];
    }

    /// <summary>
    /// Makes what has a sheet. False where its name is taken, unless by itself: the transaction is run once more where the answer to its COMMIT
    /// was lost, and then finds what the first run made.
    /// </summary>
    public static async Task<bool> CreateAsync(Store store, Func<StoreTransaction, string, Task> create)
    {
        var creationId = Guid.NewGuid().ToString();
        try
        {
            await store.TransactAsync(transaction => create(transaction, creationId));
            return true;
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return await store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM settings_heads WHERE creation_id = @creationId", new { creationId })) > 0;
        }
    }

    /// <summary>The first revision of a new sheet.</summary>
    public static async Task AddAsync(StoreTransaction transaction, SheetId id, SheetContent content, SavedBy by, string? creationId)
    {
        await transaction.ExecuteAsync("INSERT INTO settings_heads (kind, owner_id, revision, creation_id) VALUES (@KindName, @OwnerId, 1, @creationId)", new { id.KindName, id.OwnerId, creationId });
        await AddRevisionAsync(transaction, new(id, "", "", 1, content), by, restoredFrom: null);
    }

    /// <summary>What the sheet says becomes its next revision. Its head must be locked.</summary>
    public static async Task<Sheet> AddNextAsync(StoreTransaction transaction, Sheet sheet, SavedBy by, long? restoredFrom = null)
    {
        var next = sheet with { Revision = sheet.Revision + 1 };
        await transaction.ExecuteAsync("UPDATE settings_heads SET revision = @Revision WHERE kind = @KindName AND owner_id = @OwnerId",
            new { next.Revision, sheet.Id.KindName, sheet.Id.OwnerId });
        await AddRevisionAsync(transaction, next, by, restoredFrom);
        return next;
    }

    /// <summary>
    /// Gives a policy set another key or prefix; its earlier revisions keep in mind what it was called. Its head must be locked, and a revision must
    /// follow, to tell that.
    /// </summary>
    public static async Task<Sheet> RenameAsync(StoreTransaction transaction, Sheet set, string key, string prefix)
    {
        await transaction.ExecuteAsync("""
            UPDATE policy_sets SET set_key = @key, prefix = @prefix WHERE id = @OwnerId;
            UPDATE settings_revisions SET content = JSON_SET(content, '$.key', @wasKey, '$.prefix', @wasPrefix)
            WHERE kind = 'set' AND owner_id = @OwnerId AND JSON_EXTRACT(content, '$.key') IS NULL
            """, new { key, prefix, set.Id.OwnerId, wasKey = set.Name, wasPrefix = set.Prefix });
        return set with { Name = key, Prefix = prefix };
    }

    /// <summary>Writes down the sheet as its newest revision, and tells every control that something changed.</summary>
    private static Task AddRevisionAsync(StoreTransaction transaction, Sheet sheet, SavedBy by, long? restoredFrom) => transaction.ExecuteAsync("""
        INSERT INTO settings_revisions (kind, owner_id, revision, saved_at, author, comment, restored_from, content)
        VALUES (@KindName, @OwnerId, @Revision, UTC_TIMESTAMP(6), @Author, @Comment, @restoredFrom, @content);
        UPDATE settings_version SET version = version + 1 WHERE id = 1
        """, new { sheet.Id.KindName, sheet.Id.OwnerId, sheet.Revision, by.Author, by.Comment, restoredFrom, content = JsonSerializer.Serialize(sheet.Content, Json.Options) });

    /// <summary>The sheet and its history go.</summary>
    public static Task RemoveAsync(StoreTransaction transaction, SheetId id) => transaction.ExecuteAsync("""
        DELETE FROM settings_heads WHERE kind = @KindName AND owner_id = @OwnerId;
        DELETE FROM settings_revisions WHERE kind = @KindName AND owner_id = @OwnerId;
        UPDATE settings_version SET version = version + 1 WHERE id = 1
        """, new { id.KindName, id.OwnerId });

    private static Refusal Abandon(StoreTransaction transaction, Refusal refusal)
    {
        transaction.Abandon();
        return refusal;
    }

    private sealed record Row(string Epoch, string Kind, int OwnerId, string Name, string Prefix, long Revision, string Content)
    {
        public VersionedSheet ToSheet() => new(Epoch, new(new(SheetId.KindOf(Kind), OwnerId), Name, Prefix, Revision, Read(Content)));
    }
}
