using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Conversations;

internal sealed record MessageView(long Seq, string Kind, string From, string? Text, DateTime SentAt, string? ClientId, DateTime? EditedAt);

/// <param name="CreatedBy">Of a conference: who may remove others.</param>
/// <param name="FirstSeq">Where it begins for the one who asks.</param>
/// <param name="ReadSeq">How far the one who asks has read.</param>
/// <param name="Last">The last message; absent while there is none.</param>
/// <param name="FormerMembers">Who left since it began for the one who asks; absent where nobody did.</param>
internal sealed record ConversationView(
    string Id, string Kind, string? Title, string? CreatedBy, IReadOnlyList<UserView> Members, long FirstSeq, long LastSeq, long ReadSeq, MessageView? Last,
    IReadOnlyList<UserView>? FormerMembers);

/// <summary>The payload of a <c>conversation</c> event.</summary>
internal sealed record ConversationEvent(ConversationView Conversation);

/// <summary>The payload of a <c>conversation</c> event for who is no longer in it.</summary>
internal sealed record ConversationLeftEvent(string Id, bool Left = true);

/// <summary>The payload of a <c>members</c> event: who came into a conference and who left it, for the others in it.</summary>
internal sealed record MembersEvent(string ConversationId, IReadOnlyList<UserView> Joined, IReadOnlyList<string> Left);

internal sealed record ReadRequest(long Seq);

/// <summary>The payload of a <c>read</c> event.</summary>
internal sealed record ReadEvent(string ConversationId, string UserId, long Seq);

/// <summary>The payload of a <c>typing</c> event.</summary>
internal sealed record TypingEvent(string ConversationId, string UserId);
