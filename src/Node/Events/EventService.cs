using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Events;

/// <summary>An event request that waits on a hosted session, and where its client stands.</summary>
internal sealed record OpenRequest(HostedSession Hosted, object Ticket, long Position);

/// <summary>Responsible for opening event requests: the place is kept, the node holds the session, and the client goes on where it stood.</summary>
internal sealed class EventService(EventHub hub, EventReplay replay, HoldingService sessions, ChangeStore changes, SettingsAgent settings, TimeProvider time)
{
    /// <summary>What was saved so long before the client's last event may not have been in force on its node yet.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromMinutes(1);

    /// <summary>Where a request stands that was replaced before it stood anywhere: before all positions, so that who went on from there would have to resync.</summary>
    private const long Nowhere = 0;

    /// <summary>Refused where there is no place, or where the cursor is none.</summary>
    /// <param name="session">Whose events.</param>
    /// <param name="after">A cursor of an earlier answer; null from now on.</param>
    /// <param name="gone">When the client has given up.</param>
    public async Task<Answer<OpenRequest>> OpenAsync(CurrentSession session, string? after, CancellationToken gone)
    {
        Cursor? cursor = null;
        if (after is not null && (cursor = Cursor.Read(after)) is null) return Refusal.Invalid("after", "must be a cursor of an earlier answer.");

        if (cursor is not null && Continue(session, cursor) is { } going)
        {
            return going.Hosted.IsDetached && await AttachAgainAsync(going, session, gone) is { } refused ? refused : going;
        }

        if (await sessions.TakeAsync(session, gone) is { } refusal) return refusal;
        if (hub.SweptTo == default) hub.SweptTo = await changes.NowAsync(); // cursors are given before the first sweep of a node that just started
        gone.ThrowIfCancellationRequested(); // it would replace the request with which its client came again
        var (hosted, first) = await hub.HostAsync(session);
        if (hosted.IsReplaced(first)) return new OpenRequest(hosted, first, Nowhere);
        try
        {
            if (cursor is not null)
            {
                if (await replay.ReadAsync(session.AccountId, cursor) is { } earlier) hosted.Prepend(earlier, cursor.Time);
                else hosted.MakeHole(cursor.Time);
                if (cursor.IsAfterHole || cursor.Time < settings.Current?.Document.SavedAt + Doubt) hosted.Append(HostedEvent.Of("options", new OptionsEvent(hosted.ToldOptions!)));
            }

            return new OpenRequest(hosted, first, hosted.Floor);
        }
        catch
        {
            hub.Remove(hosted);
            throw;
        }
    }

    // Where it may not wait after all, nobody waits: the session is as idle as it was.
    private async Task<Refusal?> AttachAgainAsync(OpenRequest going, CurrentSession session, CancellationToken gone)
    {
        var isAttached = false;
        try
        {
            var refusal = await sessions.TakeAsync(session, gone);
            if (refusal is null) going.Hosted.Attached();
            else if (!going.Hosted.IsReplaced(going.Ticket) && !gone.IsCancellationRequested) going.Hosted.End(refusal.Code == Refusal.NoSession.Code ? Ending.SignedOut : Ending.NoPlace);
            isAttached = refusal is null;
            return refusal;
        }
        finally
        {
            if (!isAttached) going.Hosted.Release(going.Ticket, time.GetTimestamp());
        }
    }

    // From the queue here, unless another node holds the session since: its client has been there.
    private OpenRequest? Continue(CurrentSession session, Cursor cursor) =>
        hub.Find(session.Id) is { } held && held.LifeId == cursor.LifeId && cursor.SessionId == session.Id
        && (session.LifeId is null || session.LifeId == held.LifeId)
        && held.TryTakeOver(cursor.Position, session.ArrivedAt) is { } ticket
            ? new OpenRequest(held, ticket, cursor.Position)
            : null;

    /// <summary>A cursor to start again from, after a hole.</summary>
    public async Task<string> FreshCursorAsync() => Cursor.AfterHole(await changes.NowAsync()).ToString();
}
