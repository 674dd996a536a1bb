using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>A conversation whose row this transaction has locked.</summary>
internal sealed class OpenConversation(long id, long lowId, long highId, long lastSeq, long rightsVersion, DateTime changedAt)
{
    public long Id => id;

    public long RightsVersion => rightsVersion;

    /// <summary>The two members of a direct conversation; null for others.</summary>
    public long[]? Pair { get; } = lowId == 0 ? null : [lowId, highId];

    public long LastSeq { get; private set; } = lastSeq;

    /// <summary>When its last message was sent: never before the one before.</summary>
    public DateTime ChangedAt { get; private set; } = changedAt;

    public void Next(DateTime now)
    {
        LastSeq++;
        if (now > ChangedAt) ChangedAt = now;
    }
}

/// <summary>What was stored under a client's id before.</summary>
internal sealed record EarlierSend(long Seq, DateTime SentAt, byte[] TextDigest)
{
    /// <summary>The same id with another text is no repeat.</summary>
    public bool IsOf(PendingSend send) => TextDigest.AsSpan().SequenceEqual(send.Digest);
}

/// <summary>What a transaction finds before it writes a batch: rows of <see cref="Conversations"/> are locked.</summary>
internal sealed record OpenBatch(
    IReadOnlyDictionary<long, OpenConversation> Conversations, IReadOnlyDictionary<int, EarlierSend> Earlier, IReadOnlySet<int> SignedOut, DateTime Now);

/// <summary>A message of a batch with its number.</summary>
internal readonly record struct NumberedSend(PendingSend Send, OpenConversation Conversation, long Seq, DateTime SentAt);

/// <summary>
/// Responsible for the statements of the message log: two round trips a batch. The rows travel as JSON in one parameter each, so that the
/// statements are the same for one message and for hundreds, and what the store answers is one row, since the driver takes longer for each
/// row than the store does. Indexes are named, because a small table is else read and locked as a whole (docs/adr/0008-message-log.md).
/// </summary>
internal sealed class MessageLogStore
{
    /// <summary>
    /// Locks the conversations, in the order of their ids; those that another transaction has locked are left out, unless this one is
    /// <paramref name="patient"/>. Of the sends it finds those that were stored before, and those whose session is gone.
    /// </summary>
    public Task<OpenBatch> OpenAsync(StoreTransaction transaction, IReadOnlyList<PendingSend> sends, bool patient)
    {
        var sql = """
            SELECT GROUP_CONCAT(CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at)) SEPARATOR ';')
            FROM JSON_TABLE(@conversations, '$[*]' COLUMNS (id BIGINT PATH '$')) b STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id
            FOR UPDATE 
            """ + (patient ? "" : "SKIP LOCKED") + """
            ;
            SELECT b.n - 1 AS Position, s.id IS NULL AS IsSignedOut, COALESCE(d.seq, 0) AS Seq, d.sent_at AS SentAt, d.text_digest AS TextDigest
            FROM JSON_TABLE(@sends, '$[*]' COLUMNS (n FOR ORDINALITY, conversation_id BIGINT PATH '$[0]', sender_id BIGINT PATH '$[1]', session_id BIGINT PATH '$[2]',
                client_id CHAR(32) CHARACTER SET latin1 PATH '$[3]')) b
            LEFT JOIN sessions s ON s.id = b.session_id AND s.expires_at > UTC_TIMESTAMP(6)
            LEFT JOIN messages d FORCE INDEX (messages_client) ON d.conversation_id = b.conversation_id AND d.sender_id = b.sender_id AND d.client_id = UNHEX(b.client_id)
            WHERE s.id IS NULL OR d.seq IS NOT NULL;
            SELECT now FROM store_clock
            """;
        return transaction.QueryAsync(sql, new { conversations = Conversations(sends), sends = Sends(sends) }, async results =>
        {
            var conversations = Read(await results.ReadSingleAsync<string?>());
            var found = (await results.ReadAsync<Found>()).AsList();
            return new OpenBatch(
                conversations, found.Where(row => row.Seq > 0).ToDictionary(row => row.Position, row => new EarlierSend(row.Seq, row.SentAt, row.TextDigest)),
                found.Where(row => row.IsSignedOut).Select(row => row.Position).ToHashSet(), await results.ReadSingleAsync<DateTime>());
        });
    }

    /// <summary>Writes the messages, the numbers and times of their conversations, their senders' read marks and the journal's row, and commits.</summary>
    public Task AppendAsync(StoreTransaction transaction, IReadOnlyList<NumberedSend> sends, DateTime now)
    {
        var conversations = sends.Select(send => send.Conversation).Distinct().ToArray();
        return transaction.ExecuteAndCommitAsync("""
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
            SELECT conversation_id, seq, 'text', sender_id, UNHEX(client_id), UNHEX(digest), text, sent_at
            FROM JSON_TABLE(@messages, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]', sender_id BIGINT PATH '$[2]',
                client_id CHAR(32) CHARACTER SET latin1 PATH '$[3]', digest CHAR(64) CHARACTER SET latin1 PATH '$[4]', sent_at DATETIME(6) PATH '$[5]', text MEDIUMTEXT PATH '$[6]')) b;
            UPDATE JSON_TABLE(@numbers, '$[*]' COLUMNS (id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]', changed_at DATETIME(6) PATH '$[2]')) b
            STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id SET c.last_seq = b.seq, c.changed_at = b.changed_at;
            UPDATE JSON_TABLE(@marks, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', account_id BIGINT PATH '$[1]', seq BIGINT PATH '$[2]')) b
            STRAIGHT_JOIN conversation_members m FORCE INDEX (PRIMARY) ON m.conversation_id = b.conversation_id AND m.account_id = b.account_id SET m.read_seq = b.seq;
            INSERT INTO changes (at, kind, account_id, messages) VALUES (@now, 1, 0, @journal)
            """,
            new
            {
                messages = Messages(sends),
                numbers = Numbers(conversations),
                marks = Marks(sends),
                now,
                journal = string.Join(' ', conversations.Select(conversation => string.Create(CultureInfo.InvariantCulture, $"{conversation.Id}:{conversation.LastSeq}"))),
            });
    }

    private static Dictionary<long, OpenConversation> Read(string? rows)
    {
        var found = new Dictionary<long, OpenConversation>();
        Span<long> values = stackalloc long[6];
        foreach (var row in rows.AsSpan().Split(';'))
        {
            var column = 0;
            foreach (var value in rows.AsSpan()[row].Split(','))
            {
                if (!rows.AsSpan()[row][value].IsEmpty) values[column++] = long.Parse(rows.AsSpan()[row][value], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            }

            if (column == values.Length) found[values[0]] = new OpenConversation(values[0], values[1], values[2], values[3], values[4], DateTime.UnixEpoch.AddMicroseconds(values[5]));
        }

        return found;
    }

    private static string Conversations(IReadOnlyList<PendingSend> sends)
    {
        var ids = new SortedSet<long>();
        foreach (var send in sends) ids.Add(send.ConversationId);
        return "[" + string.Join(',', ids) + "]";
    }

    private static string Sends(IReadOnlyList<PendingSend> sends) => Rows(sends, (json, send) =>
    {
        json.WriteNumberValue(send.ConversationId);
        json.WriteNumberValue(send.SenderId);
        json.WriteNumberValue(send.SessionId);
        json.WriteStringValue(Convert.ToHexString(send.ClientId));
    });

    private static string Messages(IReadOnlyList<NumberedSend> sends) => Rows(sends, (json, message) =>
    {
        json.WriteNumberValue(message.Conversation.Id);
        json.WriteNumberValue(message.Seq);
        json.WriteNumberValue(message.Send.SenderId);
        json.WriteStringValue(Convert.ToHexString(message.Send.ClientId));
        json.WriteStringValue(Convert.ToHexString(message.Send.Digest));
        WriteTime(json, message.SentAt);
        json.WriteStringValue(message.Send.Text);
    });

    private static string Numbers(IReadOnlyList<OpenConversation> conversations) => Rows(conversations, (json, conversation) =>
    {
        json.WriteNumberValue(conversation.Id);
        json.WriteNumberValue(conversation.LastSeq);
        WriteTime(json, conversation.ChangedAt);
    });

    // One's own message has been read; of several the last counts.
    private static string Marks(IReadOnlyList<NumberedSend> sends)
    {
        var marks = new Dictionary<(long Conversation, long Sender), long>();
        foreach (var send in sends) marks[(send.Conversation.Id, send.Send.SenderId)] = send.Seq;
        return Rows([.. marks], (json, mark) =>
        {
            json.WriteNumberValue(mark.Key.Conversation);
            json.WriteNumberValue(mark.Key.Sender);
            json.WriteNumberValue(mark.Value);
        });
    }

    private static void WriteTime(Utf8JsonWriter json, DateTime time)
    {
        Span<char> text = stackalloc char[26];
        time.TryFormat(text, out _, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        json.WriteStringValue(text);
    }

    private static string Rows<T>(IReadOnlyList<T> rows, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(rows.Count * 64);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Json.Options.Encoder, SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                write(json, row);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private sealed class Found
    {
        public int Position { get; init; }
        public bool IsSignedOut { get; init; }
        public long Seq { get; init; }
        public DateTime SentAt { get; init; }
        public byte[] TextDigest { get; init; } = [];
    }
}
