using IntraMessenger.Node.Messages;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for what follows when events were written to a client: the queue knows it, it is counted, and traced messages have arrived.</summary>
internal sealed class Handover(EventMetrics metrics, MessageSpans spans)
{
    public void Done(HostedSession hosted, object request, IReadOnlyList<QueuedEvent> entries)
    {
        if (entries.Count == 0) return;
        hosted.Handed(request, entries);
        metrics.Handed(entries);
        foreach (var entry in entries)
        {
            if (entry.Event.Trace is { } trace) spans.Delivered(trace, entry.Event.GivenAt);
        }
    }
}
