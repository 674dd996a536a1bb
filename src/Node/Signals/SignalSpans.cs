using System.Diagnostics;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Signals;

/// <summary>
/// Responsible for the spans of signals. What is about one message belongs to the message's trace; a batch that joins several is a trace
/// of its own with a link to each.
/// </summary>
internal sealed class SignalSpans(ICommonTags tags)
{
    /// <summary>Null where none of the changes is traced.</summary>
    public Activity? Send(IReadOnlyCollection<Change> changes) => Traced(changes) switch
    {
        [] => null,
        [var only] => Counted(Tracing.Source.Start("signal send", ActivityKind.Producer, tags, only), changes),
        var several => Counted(Tracing.Source.Start("signal send", ActivityKind.Producer, tags, links: several), changes),
    };

    /// <summary>Below the sender's span: the current one goes on with it, or it came along as <paramref name="sender"/>.</summary>
    public Activity? Receive(IReadOnlyCollection<Change> changes, ActivityContext sender = default)
    {
        if (sender == default && Activity.Current is not { Recorded: true }) return null;
        var links = Traced(changes) is { Count: > 1 } several ? several : null;
        return Counted(Tracing.Source.Start("signal receive", ActivityKind.Consumer, tags, sender, links), changes);
    }

    private static Activity? Counted(Activity? span, IReadOnlyCollection<Change> changes) => span?.SetTag("signals", changes.Count);

    private static List<ActivityContext> Traced(IReadOnlyCollection<Change> changes)
    {
        List<ActivityContext> traced = [];
        if (!Tracing.Source.HasListeners()) return traced;
        foreach (var change in changes)
        {
            if (change.Trace is { } trace && ActivityContext.TryParse(trace, null, isRemote: true, out var context)) traced.Add(context);
        }

        return traced;
    }
}
