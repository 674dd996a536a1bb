using System.Security.Cryptography;
using System.Text;
using Dapper;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

internal static class MessageKind
{
    public const string Text = "text";
    public const string Removed = "removed";
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

    /// <summary>The client's id is shown to the sender only.</summary>
    public MessageView ViewFor(long accountId) => new(
        Seq, Kind, SenderId.ToString(), Text, SentAt, accountId == SenderId ? new Guid(ClientId, bigEndian: true).ToString() : null, EditedAt);

    public MessageEvent ToEvent() => new(ConversationId.ToString(), Seq, Kind, SenderId.ToString(), Text, SentAt, EditedAt);
}

/// <summary>The number and time that a message got.</summary>
internal sealed record Numbered(long Seq, DateTime SentAt);

internal sealed class MessageStore(Store store)
{
    private const string Select = """
        SELECT conversation_id AS ConversationId, seq AS Seq, kind AS Kind, sender_id AS SenderId, client_id AS ClientId, text_digest AS TextDigest,
            text AS Text, sent_at AS SentAt, edited_at AS EditedAt
        FROM messages

        """;

    /// <summary>
    /// The conversation's row is locked from its new number to the commit: numbers have no gaps and become visible in their order.
    /// A repeated <paramref name="clientId"/> fails as a duplicate and takes no number.
    /// </summary>
    public Task<Numbered> AppendAsync(StoreTransaction transaction, long conversationId, long senderId, Guid clientId, string text) =>
        transaction.QuerySingleAsync<Numbered>("""
            UPDATE conversations SET last_seq = last_seq + 1, changed_at = GREATEST(changed_at, (SELECT now FROM store_clock)) WHERE id = @conversationId;
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
            SELECT id, last_seq, 'text', @senderId, @client, @digest, @text, changed_at FROM conversations WHERE id = @conversationId;
            UPDATE conversation_members m JOIN conversations c ON c.id = m.conversation_id SET m.read_seq = c.last_seq
            WHERE m.conversation_id = @conversationId AND m.account_id = @senderId;
            SELECT last_seq AS Seq, changed_at AS SentAt FROM conversations WHERE id = @conversationId
            """, new { conversationId, senderId, client = Bytes(clientId), digest = Digest(clientId, text), text });

    /// <summary>What was stored under the client's id before.</summary>
    public Task<StoredMessage?> FindByClientIdAsync(long conversationId, long senderId, Guid clientId) => FirstAsync(
        "WHERE conversation_id = @conversationId AND sender_id = @senderId AND client_id = @client", new { conversationId, senderId, client = Bytes(clientId) });

    public Task<StoredMessage?> FindAsync(long conversationId, long seq) =>
        FirstAsync("WHERE conversation_id = @conversationId AND seq = @seq", new { conversationId, seq });

    /// <summary>Ascending, everything after <paramref name="after"/>.</summary>
    public Task<List<StoredMessage>> AfterAsync(long conversationId, long after, int limit) =>
        ListAsync("WHERE conversation_id = @conversationId AND seq > @after ORDER BY seq LIMIT @limit", new { conversationId, after, limit });

    /// <summary>Ascending, the last ones before <paramref name="before"/>.</summary>
    public async Task<List<StoredMessage>> BeforeAsync(long conversationId, long before, int limit)
    {
        var newestFirst = await ListAsync(
            "WHERE conversation_id = @conversationId AND seq < @before ORDER BY seq DESC LIMIT @limit", new { conversationId, before, limit });
        newestFirst.Reverse();
        return newestFirst;
    }

    /// <summary>
    /// Sent in this conversation at or after <paramref name="since"/>, ascending, or null where there are more than <paramref name="most"/>.
    /// Of those shortly before, which may have become visible late, the last <paramref name="most"/>: they become visible in the order of
    /// their numbers, and fewer than that wait at once for their turn.
    /// </summary>
    public async Task<List<StoredMessage>?> SinceAsync(long conversationId, DateTime since, TimeSpan overlap, int most)
    {
        var newestFirst = await ListAsync(
            "WHERE conversation_id = @conversationId AND sent_at >= @from ORDER BY seq DESC LIMIT @limit",
            new { conversationId, from = since - overlap, limit = 2 * most });
        var isNew = newestFirst.FindAll(message => message.SentAt >= since).Count;
        if (isNew > most) return null;
        newestFirst.Reverse();
        return newestFirst[Math.Max(0, newestFirst.Count - isNew - most)..];
    }

    public Task<List<StoredMessage>> FindManyAsync(IReadOnlyCollection<(long ConversationId, long Seq)> keys) => ListAsync(
        "WHERE conversation_id IN @ids AND seq IN @seqs", new { ids = keys.Select(key => key.ConversationId).Distinct(), seqs = keys.Select(key => key.Seq).Distinct() });

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
        "WHERE conversation_id = @conversationId AND seq > @after AND sender_id = @senderId AND kind <> 'removed' ORDER BY seq LIMIT @limit",
        new { conversationId, senderId, after, limit });

    /// <summary>Tells a repeat from another text under the same id; the id in it keeps equal texts from looking equal.</summary>
    public static byte[] Digest(Guid clientId, string text) => SHA256.HashData([.. Bytes(clientId), .. Encoding.UTF8.GetBytes(text)]);

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private Task<StoredMessage?> FirstAsync(string where, object parameters) =>
        store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<StoredMessage>(Select + where, parameters));

    private async Task<List<StoredMessage>> ListAsync(string where, object parameters) =>
        (await store.RunAsync(connection => connection.QueryAsync<StoredMessage>(Select + where, parameters))).AsList();
}
