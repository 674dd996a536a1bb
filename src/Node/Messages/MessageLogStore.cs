using System.Buffers;
using System.Collections.Frozen;
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

/// <summary>
/// What a transaction found before it wrote a batch: rows of <see cref="Conversations"/> are locked. Where <see cref="IsWritten"/>, all of it is committed,
/// each conversation's sends numbered from its last number on.
/// </summary>
internal sealed record OpenBatch(
    IReadOnlyDictionary<long, OpenConversation> Conversations, IReadOnlyDictionary<int, EarlierSend> Earlier, IReadOnlySet<int> SignedOut, DateTime Now, bool IsWritten);

/// <summary>A message of a batch with its number.</summary>
internal readonly record struct NumberedSend(PendingSend Send, OpenConversation Conversation, long Seq, DateTime SentAt);

/// <summary>
/// Responsible for a batch's one round trip, or two. Each calls a procedure (<c>Store/Migrations/0040</c>, <c>0041</c>, <c>0061</c>), since the driver takes
/// longer for each result than the store does for most statements: one call has one. The rows travel as JSON in one parameter each, and what
/// is found comes back as text in one row, for the same reason (docs/adr/0008-message-log.md).
/// </summary>
internal sealed class MessageLogStore
{
    /// <summary>No conversation has this rights version.</summary>
    private const long Never = -1;

    /// <summary>
    /// Locks the conversations, in the order of their ids; those that another transaction has locked are left out, unless this one is
    /// <paramref name="patient"/>. Of the sends it finds those that were stored before, and those whose session is gone. Where there is none of
    /// these, all is locked, and each conversation has its version in <paramref name="versions"/>, it writes the batch as
    /// <see cref="AppendAsync"/> does, and commits.
    /// </summary>
    public async Task<OpenBatch> OpenAsync(StoreTransaction transaction, IReadOnlyList<PendingSend> sends, IReadOnlyDictionary<long, long>? versions, bool patient)
    {
        if (sends is [var send] && versions is not null && await OneAsync(transaction, send, versions[send.ConversationId]) is { } one) return one;
        var opened = await AllAsync(transaction, sends, versions, patient);
        var found = (opened.Found ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(row => new Found(row.Split(','))).ToArray();
        return new OpenBatch(
            Read(opened.Locked), found.Where(row => row.Earlier is not null).ToDictionary(row => row.Position, row => row.Earlier!),
            found.Where(row => row.IsSignedOut).Select(row => row.Position).ToHashSet(), opened.Now, opened.IsWritten);
    }

    // Most messages come alone, and nothing stands against them. Null where something does: it wrote nothing, and who asks has to look.
    private static async Task<OpenBatch?> OneAsync(StoreTransaction transaction, PendingSend send, long version)
    {
        var one = await transaction.TryByCallAsync<One>("CALL message_log_write_one_2(@ConversationId, @version, @SenderId, @SessionId, @clientId, @digest, @Text)", new
        {
            send.ConversationId,
            version,
            send.SenderId,
            send.SessionId,
            clientId = Convert.ToHexString(send.ClientId),
            digest = Convert.ToHexString(send.Digest),
            send.Text,
        }, one => one.IsWritten);
        if (one.IsFound && !one.IsWritten) return null;
        var conversations = new Dictionary<long, OpenConversation>();
        if (one.IsWritten) conversations.Add(send.ConversationId, new OpenConversation(send.ConversationId, one.LowId, one.HighId, one.Seq - 1, version, one.SentAt));
        return new OpenBatch(conversations, FrozenDictionary<int, EarlierSend>.Empty, FrozenSet<int>.Empty, one.Now, one.IsWritten);
    }

    private static Task<Opened> AllAsync(StoreTransaction transaction, IReadOnlyList<PendingSend> sends, IReadOnlyDictionary<long, long>? versions, bool patient)
    {
        var counts = new SortedDictionary<long, int>();
        var marks = new Dictionary<(long Conversation, long Account), long>();
        var places = new List<(PendingSend Send, int Place)>(sends.Count);
        foreach (var send in sends)
        {
            counts.TryGetValue(send.ConversationId, out var place);
            counts[send.ConversationId] = ++place;
            marks[(send.ConversationId, send.SenderId)] = place;
            places.Add((send, place));
        }

        return transaction.BeginByCallAsync<Opened>("CALL message_log_write_1(@conversations, @sends, @marks, @patient)", new
        {
            conversations = Rows(counts, (json, conversation) =>
            {
                json.WriteNumberValue(conversation.Key);
                json.WriteNumberValue(conversation.Value);
                json.WriteNumberValue(versions?[conversation.Key] ?? Never);
            }),
            sends = Rows(places, (json, place) =>
            {
                json.WriteNumberValue(place.Send.ConversationId);
                json.WriteNumberValue(place.Place);
                json.WriteNumberValue(place.Send.SenderId);
                json.WriteNumberValue(place.Send.SessionId);
                json.WriteStringValue(Convert.ToHexString(place.Send.ClientId));
                json.WriteStringValue(Convert.ToHexString(place.Send.Digest));
                json.WriteStringValue(place.Send.Text);
            }),
            marks = Marks(marks),
            patient,
        }, opened => opened.IsWritten);
    }

    /// <summary>Writes the messages, the numbers and times of their conversations, their senders' read marks (one's own message has been read) and the journal's row, and commits.</summary>
    public Task AppendAsync(StoreTransaction transaction, IReadOnlyList<NumberedSend> sends, DateTime now)
    {
        var conversations = sends.Select(send => send.Conversation).Distinct().ToArray();
        var marks = new Dictionary<(long Conversation, long Account), long>();
        foreach (var send in sends) marks[(send.Conversation.Id, send.Send.SenderId)] = send.Seq;
        return transaction.CommitByCallAsync("CALL message_log_append_1(@messages, @numbers, @marks, @now, @journal)", new
        {
            messages = Messages(sends),
            numbers = Numbers(conversations),
            marks = Marks(marks),
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

    private static string Marks(Dictionary<(long Conversation, long Account), long> marks) => Rows(marks, (json, mark) =>
    {
        json.WriteNumberValue(mark.Key.Conversation);
        json.WriteNumberValue(mark.Key.Account);
        json.WriteNumberValue(mark.Value);
    });

    private static void WriteTime(Utf8JsonWriter json, DateTime time)
    {
        Span<char> text = stackalloc char[26];
        time.TryFormat(text, out _, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        json.WriteStringValue(text);
    }

    private static string Rows<T>(IReadOnlyCollection<T> rows, Action<Utf8JsonWriter, T> write)
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

    private sealed record One
    {
        /// <summary>Not where another transaction has it locked.</summary>
        public bool IsFound { get; init; }
        public bool IsWritten { get; init; }
        public long LowId { get; init; }
        public long HighId { get; init; }
        public long Seq { get; init; }
        public DateTime SentAt { get; init; }
        public DateTime Now { get; init; }
    }

    private sealed record Opened
    {
        public bool IsWritten { get; init; }
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
