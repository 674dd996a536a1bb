using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Conversations;

internal sealed record MessageView(long Seq, string Kind, string From, string? Text, DateTime SentAt, string? ClientId, DateTime? EditedAt);

/// <param name="ReadSeq">How far the one who asks has read.</param>
/// <param name="Last">The last message; absent while there is none.</param>
internal sealed record ConversationView(
    string Id, string Kind, IReadOnlyList<UserView> Members, long FirstSeq, long LastSeq, long ReadSeq, MessageView? Last);

/// <summary>The payload of a <c>conversation</c> event.</summary>
internal sealed record ConversationEvent(ConversationView Conversation);

internal sealed record ReadRequest(long Seq);

/// <summary>The payload of a <c>read</c> event.</summary>
internal sealed record ReadEvent(string ConversationId, string UserId, long Seq);

/// <summary>The payload of a <c>typing</c> event.</summary>
internal sealed record TypingEvent(string ConversationId, string UserId);
