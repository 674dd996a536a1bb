using IntraMessenger.Node.Access;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for answering a long poll: at once when there is something, after the wait with nothing.</summary>
internal sealed class EventPoll(EventHub hub, EventService events, Handover handover, PlaceService places, NodeLease lease, TimeProvider time)
{
    private const int MostEvents = 200;

    public async Task AnswerAsync(HttpContext context, OpenRequest request, TimeSpan wait)
    {
        var (hosted, ticket, position) = request;
        var deadline = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        await using var aborted = context.RequestAborted.Register(hosted.Wake);
        try
        {
            while (true)
            {
                var isOver = time.GetTimestamp() >= deadline || context.RequestAborted.IsCancellationRequested;
                if (lease.IsServing && hosted.LifeId == lease.LifeId || hosted.Ending != Ending.None)
                {
                    if (await TryAnswerAsync(context, hosted, ticket, position, isOver)) return;
                }
                else
                {
                    if (isOver)
                    {
                        await context.Response.WriteAsync(Refusal.StoreUnavailable);
                        return;
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(250), time); // held until the node lives again
                }

                await hosted.WaitAsync(ticket, position, deadline);
            }
        }
        finally
        {
            hosted.Release(ticket, time.GetTimestamp());
        }
    }

    private async Task<bool> TryAnswerAsync(HttpContext context, HostedSession hosted, object ticket, long position, bool isOver)
    {
        if (hosted.Ending is Ending.NoPlace or Ending.Maintenance)
        {
            await context.Response.WriteAsync(hosted.Ending == Ending.NoPlace ? places.Full : Maintenance.Refusal);
            return true;
        }

        if (hosted.IsReplaced(ticket) || hosted.Ending != Ending.None)
        {
            var type = hosted.Ending switch { Ending.SignedOut => "signedOut", Ending.Moved => "moved", _ => "replaced" };
            await WriteAsync(context, [HostedEvent.Of(type, new { })], hosted.CursorAt(position).ToString());
            return true;
        }

        if (hosted.Read(ticket, position, MostEvents) is not { } found)
        {
            var cursor = await events.FreshCursorAsync();
            hub.Remove(hosted);
            await WriteAsync(context, [HostedEvent.Of("resync", new { cursor })], cursor);
            return true;
        }

        if (found.Count == 0 && !isOver) return false;
        await WriteAsync(context, found.Select(entry => entry.Event), hosted.CursorAt(found.Count > 0 ? found[^1].Position : Math.Max(position, hosted.Floor)).ToString());
        handover.Done(hosted, ticket, found);
        return true;
    }

    private static async Task WriteAsync(HttpContext context, IEnumerable<HostedEvent> items, string cursor)
    {
        using var body = new MemoryStream();
        body.Write("{\"events\":["u8);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst) body.Write(","u8);
            isFirst = false;
            item.WriteTo(body);
        }

        body.Write("],\"cursor\":\""u8);
        body.Write(System.Text.Encoding.ASCII.GetBytes(cursor));
        body.Write("\"}"u8);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
