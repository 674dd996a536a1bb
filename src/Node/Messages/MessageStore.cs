using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

internal static class MessageKind
{
    public const string Text = "text";
    public const string Removed = "removed";

    /// <summary>Whom it is from came into the conversation.</summary>
    public const string Joined = "joined";

    /// <summary>Whom it is from is no longer in it.</summary>
    public const string Left = "left";
}

internal sealed class StoredMessage
{
    public long ConversationId { get; init; }
    public long Seq { get; init; }
    public string Kind { get; init; } = "";
    public long SenderId { get; init; }
    public byte[] ClientId { get; init; } = [];
    public byte[] TextDigest { get; init; } = [];
    public string? Text { get; init; }
    public DateTime SentAt { get; init; }
    public DateTime? EditedAt { get; init; }

    /// <summary>The client's id is shown to the sender only; who joined or left sent none.</summary>
    public MessageView ViewFor(long accountId) => new(
        Seq, Kind, SenderId.ToString(), Text, SentAt, accountId == SenderId && Kind is not (MessageKind.Joined or MessageKind.Left) ? new Guid(ClientId, bigEndian: true).ToString() : null, EditedAt);

    public MessageEvent ToEvent() => new(ConversationId.ToString(), Seq, Kind, SenderId.ToString(), Text, SentAt, EditedAt);
}

/// <summary>The number and time that a message got.</summary>
internal sealed record Numbered(long Seq, DateTime SentAt);

internal sealed class MessageStore(Store store)
{
    private const string Columns = """
        m.conversation_id AS ConversationId, m.seq AS Seq, m.kind AS Kind, m.sender_id AS SenderId, m.client_id AS ClientId, m.text_digest AS TextDigest,
            m.text AS Text, m.sent_at AS SentAt, m.edited_at AS EditedAt
        """;

    private const string Select = $"""
        SELECT {Columns}
        FROM messages m

        """;

    /// <summary>
    /// Lines that tell of people that they came or went, one each, in their order; the answer is that of the last one. They have ids as
    /// other messages have, made here.
    /// </summary>
    public Task<Numbered> AppendLinesAsync(StoreTransaction transaction, long conversationId, string kind, IReadOnlyCollection<long> people) =>
        transaction.QuerySingleAsync<Numbered>("""
            UPDATE conversations SET last_seq = last_seq + @count, rights_version = rights_version + 1, changed_at = GREATEST(changed_at, (SELECT now FROM store_clock)) WHERE id = @conversationId;
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, sent_at)
            SELECT c.id, c.last_seq - @count + l.n, @kind, l.account_id, UNHEX(l.client_id), UNHEX(SHA2(l.client_id, 256)), c.changed_at
            FROM conversations c
            JOIN JSON_TABLE(@lines, '$[*]' COLUMNS (n FOR ORDINALITY, account_id BIGINT PATH '$.person', client_id CHAR(32) PATH '$.id')) l
            WHERE c.id = @conversationId;
            SELECT last_seq AS Seq, changed_at AS SentAt FROM conversations WHERE id = @conversationId
            """, new
        {
            conversationId,
            kind,
            count = people.Count,
            lines = JsonSerializer.Serialize(people.Select(person => new { person, id = Guid.NewGuid().ToString("N") })),
        });

    public Task<StoredMessage?> FindAsync(long conversationId, long seq) =>
        FirstAsync("WHERE conversation_id = @conversationId AND seq = @seq", new { conversationId, seq });

    /// <summary>Ascending, everything after <paramref name="after"/>.</summary>
    public Task<List<StoredMessage>> AfterAsync(long conversationId, long after, int limit) =>
        ListAsync("WHERE conversation_id = @conversationId AND seq > @after ORDER BY seq LIMIT @limit", new { conversationId, after, limit });

    /// <summary>Ascending, the last ones before <paramref name="before"/>, none before <paramref name="first"/>.</summary>
    public async Task<List<StoredMessage>> BeforeAsync(long conversationId, long first, long before, int limit)
    {
        var newestFirst = await ListAsync(
            "WHERE conversation_id = @conversationId AND seq >= @first AND seq < @before ORDER BY seq DESC LIMIT @limit", new { conversationId, first, before, limit });
        newestFirst.Reverse();
        return newestFirst;
    }

    /// <summary>
    /// Sent in this conversation at or after <paramref name="since"/>, none before <paramref name="first"/>, ascending, or null where there are more than <paramref name="most"/>.
    /// Of those shortly before, which may have become visible late, the last <paramref name="most"/>: they become visible in the order of
    /// their numbers, and fewer than that wait at once for their turn.
    /// </summary>
    public async Task<List<StoredMessage>?> SinceAsync(long conversationId, long first, DateTime since, TimeSpan overlap, int most)
    {
        // From the newest on until they are too old: times grow with the numbers and have no index.
        var newestFirst = new List<StoredMessage>();
        for (var (before, limit, more) = (long.MaxValue, 25, true); more && newestFirst.Count < 2 * most; limit = Math.Min(4 * limit, 2 * most))
        {
            var part = await ListAsync("WHERE conversation_id = @conversationId AND seq >= @first AND seq < @before ORDER BY seq DESC LIMIT @limit", new { conversationId, first, before, limit });
            newestFirst.AddRange(part.Where(message => message.SentAt >= since - overlap));
            more = part.Count == limit && part[^1].SentAt >= since - overlap;
            if (more) before = part[^1].Seq;
        }

        var isNew = newestFirst.FindAll(message => message.SentAt >= since).Count;
        if (isNew > most) return null;
        newestFirst.Reverse();
        return newestFirst[Math.Max(0, newestFirst.Count - isNew - most)..];
    }

    /// <summary>Those of them that there are, ascending in each conversation.</summary>
    public async Task<List<StoredMessage>> FindManyAsync(IEnumerable<(long ConversationId, long Seq)> keys) => (await store.RunAsync(connection => connection.QueryAsync<StoredMessage>($"""
        SELECT {Columns}
        FROM JSON_TABLE(@keys, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]')) k
        STRAIGHT_JOIN messages m FORCE INDEX (PRIMARY) ON m.conversation_id = k.conversation_id AND m.seq = k.seq
        ORDER BY m.conversation_id, m.seq
        """, new { keys = $"[{string.Join(',', keys.Select(key => $"[{key.ConversationId},{key.Seq}]"))}]" }))).AsList();

    /// <summary>False where it is removed already.</summary>
    public async Task<bool> EditAsync(StoreTransaction transaction, long conversationId, long seq, string text) => await transaction.ExecuteAsync("""
        UPDATE messages SET text = @text, edited_at = (SELECT now FROM store_clock)
        WHERE conversation_id = @conversationId AND seq = @seq AND kind = 'text'
        """, new { conversationId, seq, text }) > 0;

    /// <summary>The number stays, the text goes. False where it is removed already.</summary>
    public async Task<bool> RemoveAsync(StoreTransaction transaction, long conversationId, long seq) => await transaction.ExecuteAsync("""
        UPDATE messages SET kind = 'removed', text = NULL, edited_at = NULL
        WHERE conversation_id = @conversationId AND seq = @seq AND kind <> 'removed'
        """, new { conversationId, seq }) > 0;

    /// <summary>Whether less than <paramref name="seconds"/> have passed since it was sent, by the store's clock. 0: always.</summary>
    public async Task<bool> IsYoungAsync(StoreTransaction transaction, long conversationId, long seq, int seconds) => seconds == 0 ||
        await transaction.QuerySingleAsync<int>("""
            SELECT COUNT(*) FROM messages JOIN store_clock
            WHERE conversation_id = @conversationId AND seq = @seq AND sent_at > now - INTERVAL @seconds SECOND
            """, new { conversationId, seq, seconds }) > 0;

    /// <summary>Messages of one person, for export and erasing, from one of their conversations.</summary>
    public Task<List<StoredMessage>> OfAsync(long conversationId, long senderId, long after, int limit) => ListAsync(
        "WHERE conversation_id = @conversationId AND seq > @after AND sender_id = @senderId AND kind NOT IN ('removed', 'joined', 'left') ORDER BY seq LIMIT @limit",
        new { conversationId, senderId, after, limit });

    /// <summary>Tells a repeat from another text under the same id; the id in it keeps equal texts from looking equal.</summary>
    public static byte[] Digest(Guid clientId, string text) => SHA256.HashData([.. Bytes(clientId), .. Encoding.UTF8.GetBytes(text)]);

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private Task<StoredMessage?> FirstAsync(string where, object parameters) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<StoredMessage>(Select + where, parameters));

    private async Task<List<StoredMessage>> ListAsync(string where, object parameters) =>
        (await store.RunAsync(connection => connection.QueryAsync<StoredMessage>(Select + where, parameters))).AsList();
}
