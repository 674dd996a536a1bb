using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
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
/// Responsible for the two round trips of a batch. Each calls a procedure (<c>Store/Migrations/0040</c> and <c>0041</c>), since the driver takes
/// longer for each result than the store does for most statements: one call has one. The rows travel as JSON in one parameter each, and what
/// is found comes back as text in one row, for the same reason (docs/adr/0008-message-log.md).
/// </summary>
internal sealed class MessageLogStore
{
    /// <summary>
    /// Locks the conversations, in the order of their ids; those that another transaction has locked are left out, unless this one is
    /// <paramref name="patient"/>. Of the sends it finds those that were stored before, and those whose session is gone.
    /// </summary>
    public async Task<OpenBatch> OpenAsync(StoreTransaction transaction, IReadOnlyList<PendingSend> sends, bool patient)
    {
        var opened = await transaction.BeginByCallAsync<Opened>(
            "CALL message_log_open_1(@conversations, @sends, @patient)", new { conversations = Conversations(sends), sends = Sends(sends), patient });
        var found = (opened.Found ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(row => new Found(row.Split(','))).ToArray();
        return new OpenBatch(
            Read(opened.Locked), found.Where(row => row.Earlier is not null).ToDictionary(row => row.Position, row => row.Earlier!),
            found.Where(row => row.IsSignedOut).Select(row => row.Position).ToHashSet(), opened.Now);
    }

    /// <summary>Writes the messages, the numbers and times of their conversations, their senders' read marks and the journal's row, and commits.</summary>
    public Task AppendAsync(StoreTransaction transaction, IReadOnlyList<NumberedSend> sends, DateTime now)
    {
        var conversations = sends.Select(send => send.Conversation).Distinct().ToArray();
        return transaction.CommitByCallAsync("CALL message_log_append_1(@messages, @numbers, @marks, @now, @journal)", new
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

    private sealed record Opened
    {
        public string? Locked { get; init; }
        public DateTime Now { get; init; }
        public string? Found { get; init; }
    }

    // Position in the batch, whether its session is gone, and where it was sent before: seq, microseconds since 1970, digest.
    private sealed class Found(string[] columns)
    {
        public int Position { get; } = int.Parse(columns[0], CultureInfo.InvariantCulture);

        public bool IsSignedOut { get; } = columns[1] == "1";

        public EarlierSend? Earlier { get; } = columns[2] == "0" ? null
            : new EarlierSend(long.Parse(columns[2], CultureInfo.InvariantCulture), DateTime.UnixEpoch.AddMicroseconds(long.Parse(columns[3], CultureInfo.InvariantCulture)), Convert.FromHexString(columns[4]));
    }
}
