namespace IntraMessenger.Node.Messages;

/// <param name="ClientId">Made by the client, once a message: with it a send can be repeated.</param>
internal sealed record SendRequest(Guid ClientId, string Text);

internal sealed record SendAnswer(string ConversationId, long Seq, DateTime SentAt);

internal sealed record EditRequest(string Text);

/// <summary>The payload of <c>message</c> and <c>messageChanged</c> events.</summary>
internal sealed record MessageEvent(string ConversationId, long Seq, string Kind, string From, string? Text, DateTime SentAt, DateTime? EditedAt);
