using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Changes;

/// <summary>How far the journal goes: its newest row that can be seen, and how many servers of the store may number rows, each its own numbers.</summary>
internal sealed record JournalEnd(DateTime Now, long LastId, long Numberers);

/// <summary>Responsible for the journal: what changed, when, by the store's clock, for the sweep and for clients that come from another node.</summary>
internal sealed class ChangeStore(Store store)
{
    private const string Columns = "id AS Id, kind AS Kind, account_id AS AccountId, COALESCE(other_id, 0) AS OtherId, COALESCE(conversation_id, 0) AS ConversationId, COALESCE(seq, 0) AS Seq, messages AS Messages";

    /// <summary>Writes it in the transaction that makes the change; publish the answer after the commit.</summary>
    public async Task<Change> AppendAsync(StoreTransaction transaction, Change change)
    {
        var id = await transaction.QuerySingleAsync<long>("""
            INSERT INTO changes (at, kind, account_id, other_id, conversation_id, seq)
            SELECT now, @Kind, @AccountId, @OtherId, @ConversationId, @Seq FROM store_clock;
            SELECT LAST_INSERT_ID()
            """, new { Kind = (byte)change.Kind, change.AccountId, change.OtherId, change.ConversationId, change.Seq });
        return change with { Id = id };
    }

    /// <summary>
    /// The same for a change that is one statement, whose parameters are the members of <paramref name="change"/>, together with that and with the
    /// COMMIT, in one round trip. Null where the statement changed nothing.
    /// </summary>
    public async Task<Change?> CommitAsync(StoreTransaction transaction, string statement, Change change)
    {
        var id = await transaction.CommitWithAsync<long>(statement + """
            ;
            SET @changed = ROW_COUNT();
            INSERT INTO changes (at, kind, account_id, other_id, conversation_id, seq)
            SELECT now, @Kind, @AccountId, @OtherId, @ConversationId, @Seq FROM store_clock WHERE @changed > 0
            """, "SELECT IF(@changed > 0, LAST_INSERT_ID(), 0)", new { Kind = (byte)change.Kind, change.AccountId, change.OtherId, change.ConversationId, change.Seq });
        return id > 0 ? change with { Id = id } : null;
    }

    /// <summary>As the first, for many of one kind. Of rows that others write about the same accounts meanwhile some may be in the answer: told twice, they do no harm.</summary>
    public async Task<IReadOnlyList<Change>> AppendAsync(StoreTransaction transaction, ChangeKind kind, IReadOnlyCollection<(long AccountId, long OtherId, long Seq)> changes) =>
    [
        .. (await transaction.QueryAsync<JournalRow>($"""
            INSERT INTO changes (at, kind, account_id, other_id, seq)
            SELECT c.now, @kind, b.account_id, b.other_id, b.seq
            FROM store_clock c JOIN JSON_TABLE(@rows, '$[*]' COLUMNS (account_id BIGINT PATH '$[0]', other_id BIGINT PATH '$[1]', seq BIGINT PATH '$[2]')) b;
            SELECT {Columns} FROM changes WHERE id >= LAST_INSERT_ID() AND kind = @kind AND account_id IN @accounts ORDER BY id
            """, new
        {
            kind = (byte)kind,
            rows = JsonSerializer.Serialize(changes.Select(change => new[] { change.AccountId, change.OtherId, change.Seq })),
            accounts = changes.Select(change => change.AccountId),
        })).SelectMany(row => row.ToChanges()),
    ];

    /// <summary>
    /// People came into a conversation or left it, with one line each, <paramref name="firstSeq"/> and following. The transaction has locked
    /// the conversation: what of it has a higher number in the journal than our first is ours.
    /// </summary>
    public async Task<IReadOnlyList<Change>> AppendMembersAsync(StoreTransaction transaction, long conversationId, long firstSeq, IReadOnlyCollection<long> people) =>
    [
        .. (await transaction.QueryAsync<JournalRow>($"""
            INSERT INTO changes (at, kind, account_id, conversation_id, seq)
            SELECT c.now, @kind, p.account_id, @conversationId, @firstSeq + p.n - 1
            FROM store_clock c JOIN JSON_TABLE(@people, '$[*]' COLUMNS (n FOR ORDINALITY, account_id BIGINT PATH '$')) p;
            SELECT {Columns} FROM changes WHERE id >= LAST_INSERT_ID() AND conversation_id = @conversationId AND kind = @kind ORDER BY id
            """, new { kind = (byte)ChangeKind.Conversation, conversationId, firstSeq, people = JsonSerializer.Serialize(people) })).SelectMany(row => row.ToChanges()),
    ];

    /// <summary>The store's time.</summary>
    public Task<DateTime> NowAsync() => store.RunAsync(connection => connection.QuerySingleAsync<DateTime>("SELECT now FROM store_clock"));

    /// <summary>What was journaled at or after <paramref name="since"/>, oldest first, in parts of <paramref name="most"/>.</summary>
    public async IAsyncEnumerable<List<JournalRow>> SinceAsync(DateTime since, int most)
    {
        var (at, id) = (since, 0L);
        while (true)
        {
            var rows = await ReadRowsAsync(
                "SELECT at AS At, " + Columns + " FROM changes WHERE at >= @at AND (at > @at OR id > @id) ORDER BY at, id LIMIT @most", new { at, id, most });
            if (rows.Count > 0) yield return rows;
            if (rows.Count < most) yield break;
            (at, id) = (rows[^1].At, rows[^1].Id);
        }
    }

    /// <summary>The number of the last row that was written before; 0 where there is none.</summary>
    public Task<long> LastBeforeAsync(DateTime since) => store.RunAsync(connection =>
        connection.QueryFirstOrDefaultAsync<long>("SELECT id FROM changes WHERE at < @since ORDER BY at DESC, id DESC LIMIT 1", new { since }));

    /// <summary>
    /// Of the same, but messages, what concerns some accounts: addressed to them, or in a conversation of theirs. Each with the account that it
    /// concerns; <paramref name="most"/> rows of the journal are looked at, and null is the answer where there are more.
    /// </summary>
    public async Task<ILookup<long, Change>?> SinceForAsync(IReadOnlyCollection<long> accountIds, DateTime since, int most)
    {
        var rows = await ReadRowsAsync("SELECT at AS At, " + Columns + " FROM changes WHERE at >= @since AND kind <> 1 ORDER BY at, id LIMIT @limit", new { since, limit = most + 1 });
        if (rows.Count > most) return null;
        var conversations = rows.Where(row => row.ConversationId > 0).Select(row => row.ConversationId).Distinct().ToArray();
        var members = conversations.Length == 0 ? null : (await store.RunAsync(connection => connection.QueryAsync<(long ConversationId, long AccountId)>(
            "SELECT conversation_id, account_id FROM conversation_members WHERE account_id IN @accountIds AND conversation_id IN @conversations", new { accountIds, conversations })))
            .ToLookup(member => member.ConversationId, member => member.AccountId);
        var wanted = accountIds.ToHashSet();
        return rows.SelectMany(row => (members?[row.ConversationId] ?? []).Concat(wanted.Contains(row.AccountId) ? [row.AccountId] : []).Distinct()
            .SelectMany(account => row.ToChanges().Select(change => (account, change)))).ToLookup(pair => pair.account, pair => pair.change);
    }

    /// <summary>The same for one account, found by the store.</summary>
    public Task<List<Change>> SinceForAsync(long accountId, DateTime since, int limit) => ReadAsync(
        "SELECT at AS At, " + Columns + """
         FROM changes
        WHERE at >= @since AND (account_id = @accountId
            OR conversation_id IN (SELECT conversation_id FROM conversation_members WHERE account_id = @accountId))
        ORDER BY at, id LIMIT @limit
        """, new { accountId, since, limit });

    public Task<JournalEnd> EndAsync() => store.RunAsync(connection => connection.QuerySingleAsync<JournalEnd>(
        "SELECT c.now AS Now, COALESCE((SELECT MAX(id) FROM changes), 0) AS LastId, CAST(GREATEST(@@auto_increment_increment, @Servers) AS SIGNED) AS Numberers FROM store_clock c",
        new { store.Servers }));

    /// <summary>Rows after <paramref name="id"/>, in the order of their ids.</summary>
    public Task<List<JournalRow>> AfterAsync(long id, int most) => ReadRowsAsync("SELECT at AS At, " + Columns + " FROM changes WHERE id > @id ORDER BY id LIMIT @most", new { id, most });

    /// <summary>The ids of all rows after <paramref name="from"/>, up to and including <paramref name="to"/>.</summary>
    public async Task<IReadOnlyList<long>> IdsAsync(long from, long to) =>
        (await store.RunAsync(connection => connection.QueryAsync<long>("SELECT id FROM changes WHERE id > @from AND id <= @to", new { from, to }))).AsList();

    /// <summary>
    /// Those of these rows, told by their writers, that cannot be seen here yet: where the store has several servers, theirs may be ahead of ours.
    /// </summary>
    public async Task<IReadOnlyList<long>> UnseenAsync(IReadOnlyCollection<long> ids) => store.Servers == 1 || ids.Count == 0
        ? []
        : [.. ids.Except(await store.RunAsync(connection => connection.QueryAsync<long>("SELECT id FROM changes WHERE id IN @ids", new { ids })))];

    /// <summary>Those of these rows that can be seen.</summary>
    public Task<List<JournalRow>> FindAsync(IReadOnlyCollection<long> ids) => ReadRowsAsync("SELECT at AS At, " + Columns + " FROM changes WHERE id IN @ids", new { ids });

    /// <summary>Whose roles or home set made the changes after <paramref name="from"/>, up to and including <paramref name="to"/>. Null where not all of them name somebody.</summary>
    public async Task<IReadOnlyList<long>?> PeopleAsync(long from, long to)
    {
        if (to - from is < 1 or > 1_000) return null;
        var rows = await ReadRowsAsync("SELECT at AS At, " + Columns + " FROM changes WHERE kind = @kind AND at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR AND seq > @from AND seq <= @to",
            new { kind = (byte)ChangeKind.Person, from, to });
        return rows.DistinctBy(row => row.Seq).Count() == to - from ? [.. rows.Select(row => row.AccountId)] : null;
    }

    /// <summary>The journal row of messages that a transaction numbered: the last number of each conversation.</summary>
    public Task AppendMessageAsync(StoreTransaction transaction, long conversationId, long seq) => transaction.ExecuteAsync(
        "INSERT INTO changes (at, kind, account_id, messages) SELECT now, 1, 0, CONCAT(@conversationId, ':', @seq) FROM store_clock", new { conversationId, seq });

    /// <summary>
    /// Removes what no cursor reaches back to any more, a part at a time; sooner the messages, which only the sweep reads here. True where there is more.
    /// </summary>
    public async Task<bool> PurgeAsync() => await store.RunAsync(async connection =>
        await connection.ExecuteAsync("DELETE FROM changes WHERE kind = 1 AND at < UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE ORDER BY at LIMIT 5000") == 5000
        | await connection.ExecuteAsync("DELETE FROM changes WHERE at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR ORDER BY at LIMIT 5000") == 5000);

    private async Task<List<Change>> ReadAsync(string sql, object parameters) => [.. (await ReadRowsAsync(sql, parameters)).SelectMany(row => row.ToChanges())];

    private async Task<List<JournalRow>> ReadRowsAsync(string sql, object parameters) =>
        (await store.RunAsync(connection => connection.QueryAsync<JournalRow>(sql, parameters))).AsList();
}

/// <summary>A row of the journal: one change, or the messages of one batch.</summary>
internal sealed class JournalRow
{
    public DateTime At { get; init; }
    public long Id { get; init; }
    public byte Kind { get; init; }
    public long AccountId { get; init; }
    public long OtherId { get; init; }
    public long ConversationId { get; init; }
    public long Seq { get; init; }
    public string? Messages { get; init; }

    /// <summary>Of messages those changes have no id: their numbers tell what was given.</summary>
    public IEnumerable<Change> ToChanges()
    {
        if (Messages is null)
        {
            yield return new Change(Id, (ChangeKind)Kind, AccountId, OtherId, ConversationId, Seq) { At = At };
            yield break;
        }

        foreach (var entry in Messages.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.IndexOf(':');
            yield return new Change(0, ChangeKind.Message, 0, 0, long.Parse(entry.AsSpan(0, colon)), long.Parse(entry.AsSpan(colon + 1))) { At = At };
        }
    }
}
