using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Messages;

/// <summary>What became of a send: the number it got or had, or why it got none.</summary>
internal readonly record struct SendResult(long Seq, DateTime SentAt, bool IsNew, bool IsDirect, Refusal? Refusal = null)
{
    public static implicit operator SendResult(Refusal refusal) => new(0, default, false, false, refusal);
}

/// <summary>A send that waits for its commit.</summary>
internal sealed class PendingSend(long conversationId, long senderId, long sessionId, Guid clientId, string text, string? trace, long arrivedAt)
{
    private readonly TaskCompletionSource<SendResult> _done = new();

    public long ConversationId => conversationId;

    public long SenderId => senderId;

    public long SessionId => sessionId;

    public string Text => text;

    /// <summary>The span that waits for it, as W3C's traceparent; null where it is not traced.</summary>
    public string? Trace => trace;

    /// <summary>When its request came, by the node's monotonic clock.</summary>
    public long ArrivedAt => arrivedAt;

    /// <summary>Since when it waits for its turn, by the node's monotonic clock: reading the request may have taken long before.</summary>
    public long Since { get; set; }

    /// <summary>Since when its conversation is found locked by another transaction, by the node's monotonic clock; null where it was not.</summary>
    public long? LockedSince { get; set; }

    public byte[] ClientId { get; } = clientId.ToByteArray(bigEndian: true);

    public byte[] Digest { get; } = MessageStore.Digest(clientId, text);

    public Task<SendResult> Done => _done.Task;

    /// <summary>Who waits goes on on another thread.</summary>
    public void Complete(SendResult result) => ThreadPool.UnsafeQueueUserWorkItem(static done => done.Send.CompleteHere(done.Result), (Send: this, Result: result), preferLocal: true);

    /// <summary>Who waits goes on at once, before this returns: a thread less to wake. Never with a lock held.</summary>
    public void CompleteHere(SendResult result) => _done.TrySetResult(result);

    public void Fail(Exception e) => ThreadPool.UnsafeQueueUserWorkItem(static done => done.Send._done.TrySetException(done.Fault), (Send: this, Fault: e), preferLocal: true);
}
