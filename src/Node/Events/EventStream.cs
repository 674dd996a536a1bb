using System.Buffers;
using System.Text;
using IntraMessenger.Node.Access;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for a stream of server-sent events: <c>id</c> is the cursor, <c>event</c> the type, <c>data</c> the rest.</summary>
internal sealed class EventStream(EventHub hub, EventService events, Handover handover, NodeLease lease, IOptionsMonitor<SessionOptions> options, TimeProvider time)
{
    private const int MostEvents = 200;

    /// <summary>Now and then the heartbeat brings a newer cursor, so that a long silent stream can be continued elsewhere.</summary>
    private const int HeartbeatsBetweenCursors = 10;

    /// <param name="heartbeat">After how long with nothing the stream says something.</param>
    public async Task WriteAsync(HttpContext context, OpenRequest request, TimeSpan heartbeat)
    {
        var (hosted, ticket, position) = request;
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx
        // Who reads slowly is told to resync by our own queue, instead of being cut off by the server's after five seconds.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        await using var aborted = context.RequestAborted.Register(hosted.Wake);
        try
        {
            WriteCursor(response.BodyWriter, hosted.CursorAt(position).ToString());
            await response.BodyWriter.FlushAsync(context.RequestAborted);
            var deadline = NextHeartbeat(heartbeat);
            for (var heartbeats = 0; !context.RequestAborted.IsCancellationRequested;)
            {
                await hosted.WaitAsync(ticket, position, deadline);

                if (hosted.Ending != Ending.None || hosted.IsReplaced(ticket))
                {
                    await EndAsync(context, hosted, position);
                    return;
                }

                if (time.GetTimestamp() >= deadline)
                {
                    await HeartbeatAsync(context, ++heartbeats % HeartbeatsBetweenCursors == 0 ? hosted.CursorAt(position) : null);
                    deadline = NextHeartbeat(heartbeat);
                }

                if (!lease.IsServing || hosted.LifeId != lease.LifeId)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(250), time, context.RequestAborted); // the stream is held until the node lives again
                    continue;
                }

                if (hosted.Read(ticket, position, MostEvents) is not { } found)
                {
                    await ResyncAsync(context, hosted);
                    return;
                }

                if (found.Count == 0) continue;
                foreach (var entry in found) Write(response.BodyWriter, hosted.CursorOf(entry).ToString(), entry.Event);
                position = found[^1].Position;
                await response.BodyWriter.FlushAsync(context.RequestAborted);
                handover.Done(hosted, ticket, found);
                deadline = NextHeartbeat(heartbeat);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        finally
        {
            hosted.Release(ticket, time.GetTimestamp());
        }
    }

    private long NextHeartbeat(TimeSpan heartbeat) => time.GetTimestamp() + (long)(heartbeat.TotalSeconds * time.TimestampFrequency);

    private async Task EndAsync(HttpContext context, HostedSession hosted, long position)
    {
        var last = hosted.Ending switch
        {
            Ending.SignedOut => HostedEvent.Of("signedOut", new { }),
            Ending.NoPlace => HostedEvent.Of("noPlace", new { limit = options.CurrentValue.MaxConnectedUsers }),
            Ending.Moved => HostedEvent.Of("moved", new { }),
            Ending.Maintenance => HostedEvent.Of("maintenance", new { retryAfter = (int)Maintenance.ComeBackAfter.TotalSeconds }),
            _ => HostedEvent.Of("replaced", new { }),
        };
        Write(context.Response.BodyWriter, hosted.CursorAt(position).ToString(), last);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task ResyncAsync(HttpContext context, HostedSession hosted)
    {
        var cursor = await events.FreshCursorAsync();
        hub.Remove(hosted);
        Write(context.Response.BodyWriter, cursor, HostedEvent.Of("resync", new { cursor }));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static async Task HeartbeatAsync(HttpContext context, Cursor? cursor)
    {
        if (cursor is not null) WriteCursor(context.Response.BodyWriter, cursor.ToString());
        else context.Response.BodyWriter.Write(":\n\n"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // An event without data is not dispatched, but its id counts.
    private static void WriteCursor(IBufferWriter<byte> writer, string cursor)
    {
        writer.Write("id: "u8);
        Encoding.ASCII.GetBytes(cursor, writer);
        writer.Write("\n\n"u8);
    }

    private static void Write(IBufferWriter<byte> writer, string cursor, HostedEvent item)
    {
        writer.Write("id: "u8);
        Encoding.ASCII.GetBytes(cursor, writer);
        writer.Write("\nevent: "u8);
        Encoding.ASCII.GetBytes(item.Type, writer);
        writer.Write("\ndata: "u8);
        writer.Write(item.Json);
        writer.Write("\n\n"u8);
    }
}
