using System.Diagnostics;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Messages;

/// <summary>Responsible for the spans of a message's way, from its commit to each client. They tell no person and no text.</summary>
internal sealed class MessageSpans(ICommonTags tags)
{
    /// <summary>Null where the request is not traced.</summary>
    public Activity? Commit() => Tracing.Source.Start("message commit", ActivityKind.Internal, tags);

    /// <summary>In the message's own trace, whichever batch brought it here: from the queue, at <paramref name="from"/>, to the client.</summary>
    public void Delivered(string trace, DateTimeOffset from)
    {
        if (ActivityContext.TryParse(trace, null, isRemote: true, out var commit)) Tracing.Source.Start("message deliver", ActivityKind.Consumer, tags, commit, from: from)?.Dispose();
    }
}

internal static class MessageSpanExtensions
{
    /// <summary>Ends the wait for the commit.</summary>
    public static void Committed(this Activity? span, SendResult sent) =>
        span?.SetTag("conversation_kind", sent.Refusal is not null || !sent.IsNew ? null : sent.IsDirect ? ConversationKind.Direct : ConversationKind.Conference);
}
