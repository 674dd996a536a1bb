using System.Text.Json.Serialization;

namespace IntraMessenger.Node.Changes;

/// <summary>What kind of thing changed. The numbers are stored and sent: never renumber.</summary>
internal enum ChangeKind : byte
{
    /// <summary>A message was sent. In the journal once for all messages of a batch.</summary>
    Message = 1,
    /// <summary>A message was edited or removed.</summary>
    MessageChanged = 2,
    /// <summary>AccountId became or is no longer a member; of a conference, Seq is the line that tells so.</summary>
    Conversation = 3,
    /// <summary>AccountId read up to Seq.</summary>
    Read = 4,
    /// <summary>The entry of AccountId for OtherId.</summary>
    Contact = 5,
    /// <summary>The status of AccountId.</summary>
    Presence = 6,
    /// <summary>The session OtherId of AccountId: signed out, or held by the life Seq, if any.</summary>
    Session = 7,
    /// <summary>AccountId is typing. Never stored.</summary>
    Typing = 8,
    /// <summary>AccountId has other roles or another home set; told by control, as change Seq of <c>holders_version</c>. Nodes that do not know it pass it over.</summary>
    Person = 9,
}

/// <summary>
/// One thing that changed: a pointer to look at the store. Whoever gets it twice, or late, does no harm.
/// </summary>
/// <param name="Id">Its number in the journal; 0 for what is not journaled.</param>
internal sealed record Change(long Id, ChangeKind Kind, long AccountId, long OtherId = 0, long ConversationId = 0, long Seq = 0)
{
    /// <summary>The span that made it, as W3C's traceparent; null where it is not traced. Nodes that do not know it pass it over.</summary>
    public string? Trace { get; init; }

    /// <summary>As the journal has it: when it was made, by the store's clock. Never sent.</summary>
    [JsonIgnore]
    public DateTime At { get; init; }

    /// <summary>On the node that made it: everybody in the conversation, where that was at hand. Never sent.</summary>
    [JsonIgnore]
    public long[]? Members { get; init; }

    /// <summary>
    /// Of a new message: what the sender of this change committed, so that it need not be read again. It counts only where it is the next one of its
    /// conversation; to other nodes it goes only where it is short.
    /// </summary>
    public MessageCopy? Message { get; init; }
}

/// <summary>A message as it was committed; its number and whom it is from stand in the <see cref="Change"/>.</summary>
internal sealed record MessageCopy(string Kind, string? Text, DateTime SentAt);
