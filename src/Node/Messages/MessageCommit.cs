using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Messages;

/// <summary>
/// Responsible for committing one batch and answering each of its sends: one round trip where nothing stands against it, two where it has to
/// be judged. What fails as a whole is done one by one.
/// </summary>
internal sealed partial class MessageCommit(
    MessageLogStore log, WritingRights rights, Store store, ChangeBus bus, MessageMetrics metrics, TimeProvider time, ILogger<MessageCommit> logger)
{
    /// <summary>Nobody waits longer for their turn: what was not given to the store can still be refused.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    public static readonly Refusal Busy = Refusal.Busy("The message store does not keep up at the moment. Repeat the same request soon: it is not done twice.");

    private static readonly Refusal ClientIdReused = new(409, "client-id-reused", "Client id reused",
        "You have sent another text with this clientId in this conversation. Make a new UUID for every new message.");

    /// <summary>The sends that were passed over, because another transaction has their conversation locked. All others are answered.</summary>
    public async Task<List<PendingSend>> TryAsync(List<PendingSend> batch, bool patient)
    {
        try
        {
            return await CommitAsync(batch, patient);
        }
        catch (StoreUnavailableException e) when (!e.IsConflict)
        {
            foreach (var send in batch) send.Fail(e);
        }
        catch (Exception e) when (batch.Count == 1)
        {
            batch[0].Fail(e);
        }
        catch (Exception e)
        {
            metrics.Split();
            Log.Split(logger, batch.Count, e);
            await OneByOneAsync(batch);
        }

        return [];
    }

    // One of them stands in the way of all: the others do not suffer for it.
    private async Task OneByOneAsync(List<PendingSend> batch)
    {
        foreach (var send in batch)
        {
            if (time.GetElapsedTime(send.Since) <= LongestWait)
            {
                await TryAsync([send], patient: true);
                continue;
            }

            metrics.Busy();
            send.Complete(Busy);
        }
    }

    private async Task<List<PendingSend>> CommitAsync(List<PendingSend> batch, bool patient)
    {
        var (results, written) = await store.TransactAsync(async transaction =>
        {
            var open = await log.OpenAsync(transaction, batch, Expected(batch, patient), patient);
            var results = open.IsWritten ? new SendResult?[batch.Count] : await JudgeAsync(transaction, batch, open, patient);
            var written = Number(batch, results, open);
            if (written.Count == 0) transaction.Abandon();
            else if (!open.IsWritten) await log.AppendAsync(transaction, written, open.Now);
            return (results, written);
        });

        if (written.Count > 0) metrics.Committed(written.Count);
        var changes = written.ConvertAll(ToChange);
        bus.TellHere(changes);
        foreach (var message in written) metrics.Accepted(message.Send.ArrivedAt);
        var locked = new List<PendingSend>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i] is not { } result) locked.Add(batch[i]);
            else if (batch.Count == 1) batch[i].CompleteHere(result);
            else batch[i].Complete(result);
        }

        bus.TellOthers(changes);

        return locked;
    }

    // With what the store may write it at once. Not where it waits for a lock before: the lease is asked just before the COMMIT. Not where one is sent twice.
    private IReadOnlyDictionary<long, long>? Expected(List<PendingSend> batch, bool patient) =>
        patient || batch.Count > 1 && batch.DistinctBy(Key).Count() < batch.Count ? null : rights.KnownVersions(batch.Select(send => (send.ConversationId, send.SenderId)));

    private static (long Conversation, long Sender, Guid ClientId) Key(PendingSend send) => (send.ConversationId, send.SenderId, new Guid(send.ClientId));

    // A result for each that gets no new number, null for who does, or whose conversation is locked.
    private async Task<SendResult?[]> JudgeAsync(StoreTransaction transaction, List<PendingSend> batch, OpenBatch open, bool patient)
    {
        var results = new SendResult?[batch.Count];
        var judged = new List<int>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (open.SignedOut.Contains(i)) results[i] = Refusal.NoSession;
            else if (open.Earlier.TryGetValue(i, out var earlier) && earlier.IsOf(batch[i])) results[i] = new SendResult(earlier.Seq, earlier.SentAt, IsNew: false, IsDirect: false);
            else if (open.Conversations.ContainsKey(batch[i].ConversationId)) judged.Add(i);
            else if (patient) results[i] = Refusal.NotFound;
        }

        if (judged.Count == 0) return results;
        var whyNot = await rights.WhyNotAsync(transaction, judged.ConvertAll(i => (batch[i].ConversationId, batch[i].SenderId)), id => open.Conversations[id].RightsVersion);
        for (var j = 0; j < judged.Count; j++)
        {
            if (whyNot[j] is { } refusal) results[judged[j]] = refusal;
            else if (open.Earlier.ContainsKey(judged[j])) results[judged[j]] = ClientIdReused;
        }

        return results;
    }

    // The numbers, in the order in which the sends came. The same clientId twice in one batch is a repeat like any other.
    private static List<NumberedSend> Number(List<PendingSend> batch, SendResult?[] results, OpenBatch open)
    {
        var written = new List<NumberedSend>(batch.Count);
        var ids = new Dictionary<(long Conversation, long Sender, Guid ClientId), NumberedSend>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var send = batch[i];
            if (results[i] is not null || !open.Conversations.TryGetValue(send.ConversationId, out var conversation)) continue;
            if (ids.TryGetValue(Key(send), out var first))
            {
                results[i] = first.Send.Text == send.Text ? new SendResult(first.Seq, first.SentAt, IsNew: false, IsDirect: false) : ClientIdReused;
                continue;
            }

            conversation.Next(open.Now);
            var numbered = new NumberedSend(send, conversation, conversation.LastSeq, conversation.ChangedAt);
            ids.Add(Key(send), numbered);
            written.Add(numbered);
            results[i] = new SendResult(numbered.Seq, numbered.SentAt, IsNew: true, conversation.Pair is not null);
        }

        return written;
    }

    private static Change ToChange(NumberedSend message) => new(0, ChangeKind.Message, message.Send.SenderId, 0, message.Conversation.Id, message.Seq)
    {
        Trace = message.Send.Trace,
        Members = message.Conversation.Pair,
        Message = new MessageCopy(MessageKind.Text, message.Send.Text, message.SentAt),
    };

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "A batch of {Count} messages failed and is tried again one by one")]
        public static partial void Split(ILogger logger, int count, Exception e);
    }
}
