using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Changes;

/// <summary>A conversation that got a message lately.</summary>
internal sealed record ChangedConversation(long Id, long LastSeq);

/// <summary>Responsible for the journal: what changed, when, by the store's clock, for the sweep and for clients that come from another node.</summary>
internal sealed class ChangeStore(Store store)
{
    private const string Columns = "id AS Id, kind AS Kind, account_id AS AccountId, COALESCE(other_id, 0) AS OtherId, COALESCE(conversation_id, 0) AS ConversationId, COALESCE(seq, 0) AS Seq";

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
    /// People came into a conversation or left it, with one line each, <paramref name="firstSeq"/> and following. The transaction has locked
    /// the conversation: what of it has a higher number in the journal than our first is ours.
    /// </summary>
    public async Task<IReadOnlyList<Change>> AppendMembersAsync(StoreTransaction transaction, long conversationId, long firstSeq, IReadOnlyCollection<long> people) =>
    [
        .. (await transaction.QueryAsync<Row>($"""
            INSERT INTO changes (at, kind, account_id, conversation_id, seq)
            SELECT c.now, @kind, p.account_id, @conversationId, @firstSeq + p.n - 1
            FROM store_clock c JOIN JSON_TABLE(@people, '$[*]' COLUMNS (n FOR ORDINALITY, account_id BIGINT PATH '$')) p;
            SELECT {Columns} FROM changes WHERE id >= LAST_INSERT_ID() AND conversation_id = @conversationId AND kind = @kind ORDER BY id
            """, new { kind = (byte)ChangeKind.Conversation, conversationId, firstSeq, people = JsonSerializer.Serialize(people) })).Select(row => row.ToChange()),
    ];

    /// <summary>The store's time.</summary>
    public Task<DateTime> NowAsync() => store.RunAsync(connection => connection.QuerySingleAsync<DateTime>("SELECT now FROM store_clock"));

    /// <summary>What was journaled at or after <paramref name="since"/>, oldest first, in parts of <paramref name="most"/>.</summary>
    public async IAsyncEnumerable<List<Change>> SinceAsync(DateTime since, int most)
    {
        var (at, id) = (since, 0L);
        while (true)
        {
            var rows = (await store.RunAsync(connection => connection.QueryAsync<Row>(
                "SELECT at AS At, " + Columns + " FROM changes WHERE at >= @at AND (at > @at OR id > @id) ORDER BY at, id LIMIT @most", new { at, id, most }))).AsList();
            if (rows.Count > 0) yield return [.. rows.Select(row => row.ToChange())];
            if (rows.Count < most) yield break;
            (at, id) = (rows[^1].At, rows[^1].Id);
        }
    }

    /// <summary>The same for one account: addressed to it, or in a conversation of it.</summary>
    public Task<List<Change>> SinceForAsync(long accountId, DateTime since, int limit) => ReadAsync(
        "SELECT " + Columns + """
         FROM changes
        WHERE at >= @since AND (account_id = @accountId
            OR conversation_id IN (SELECT conversation_id FROM conversation_members WHERE account_id = @accountId))
        ORDER BY at, id LIMIT @limit
        """, new { accountId, since, limit });

    /// <summary>Conversations with a message sent at or after <paramref name="since"/>.</summary>
    public async Task<IReadOnlyList<ChangedConversation>> ConversationsSinceAsync(DateTime since) => (await store.RunAsync(connection =>
        connection.QueryAsync<ChangedConversation>("SELECT id AS Id, last_seq AS LastSeq FROM conversations WHERE changed_at >= @since", new { since }))).AsList();

    /// <summary>Removes what no cursor reaches back to any more, a part at a time. True where there is more.</summary>
    public async Task<bool> PurgeAsync() => await store.RunAsync(connection =>
        connection.ExecuteAsync("DELETE FROM changes WHERE at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR ORDER BY at LIMIT 5000")) == 5000;

    private async Task<List<Change>> ReadAsync(string sql, object parameters)
    {
        var rows = await store.RunAsync(connection => connection.QueryAsync<Row>(sql, parameters));
        return [.. rows.Select(row => row.ToChange())];
    }

    private sealed class Row
    {
        public DateTime At { get; init; }
        public long Id { get; init; }
        public byte Kind { get; init; }
        public long AccountId { get; init; }
        public long OtherId { get; init; }
        public long ConversationId { get; init; }
        public long Seq { get; init; }

        public Change ToChange() => new(Id, (ChangeKind)Kind, AccountId, OtherId, ConversationId, Seq) { At = At };
    }
}
