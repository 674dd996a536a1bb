using System.Buffers.Text;
using System.Text.Json;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Clients;

/// <summary>What a client looks at in an event, or in a message of a list.</summary>
internal ref struct ReadEvent
{
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Cursor;
    public long ConversationId;
    public long Seq;

    /// <summary>Whose text it is, checked against who is said to have sent it.</summary>
    public MessageKey Key;
}

/// <summary>Responsible for reading events without making an object of them.</summary>
internal static class EventReading
{
    /// <summary>The members of the object that begins at the reader.</summary>
    public static ReadEvent ReadObject(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> type)
    {
        var found = new ReadEvent { Type = type, Key = MessageKey.Foreign };
        long from = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("conversationId"u8)) found.ConversationId = Number(ref reader);
            else if (reader.ValueTextEquals("seq"u8)) found.Seq = Number(ref reader);
            else if (reader.ValueTextEquals("from"u8)) from = Number(ref reader);
            else if (reader.ValueTextEquals("type"u8)) found.Type = Text(ref reader);
            else if (reader.ValueTextEquals("cursor"u8)) found.Cursor = Text(ref reader);
            else if (reader.ValueTextEquals("text"u8)) MessageText.TryRead(Text(ref reader), out found.Key);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (found.Key.Sender != from) found.Key = MessageKey.Foreign;
        return found;
    }

    // Ids are strings, numbers of messages are numbers.
    private static long Number(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetInt64(),
            JsonTokenType.String when Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used) && used == reader.ValueSpan.Length => number,
            _ => 0,
        };
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
    }
}
