using System.Diagnostics.Metrics;
using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Events;

internal sealed class EventMetrics : IMetrics
{
    private readonly ICommonTags _tags;
    private readonly StoreClock _clock;
    private readonly Tally _delivered;
    private readonly Tally _swept;
    private readonly Histogram<double> _delivery;

    public EventMetrics(IMeterFactory factory, EventHub hub, StoreClock clock, ICommonTags tags)
    {
        (_tags, _clock) = (tags, clock);
        var meter = factory.CreateMeter();
        _delivered = meter.CreateTally("intramessenger.messages.delivered", "{delivery}", "Message events handed to a client's stream or poll.", tags);
        meter.CreateGauge("intramessenger.messages.waiting", "{message}", "Message events queued here that their client was not handed yet.", tags,
            () => hub.Sessions.Sum(session => (long)session.WaitingMessages));
        _delivery = meter.CreateDurations("intramessenger.message.delivery.duration", "From the commit of a message to its hand-over to a client that waits for it.",
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]);
        meter.CreateGauge("intramessenger.sessions.hosted", "{session}", "Sessions whose events this node holds.", tags, () => hub.SessionCount);
        _swept = meter.CreateTally("intramessenger.changes.swept", "{change}", "What the sweep found for somebody here before any signal told it.", tags);
    }

    /// <summary>These were written to the client of their session.</summary>
    public void Handed(IReadOnlyList<QueuedEvent> entries)
    {
        var messages = 0;
        foreach (var entry in entries)
        {
            if (!entry.Event.IsMessage) continue;
            messages++;
            // Two clocks are compared: what took less than they differ by took no time.
            if (entry.IsLive && _clock.Now is { } now) _delivery.Record(Math.Max(0, (now - entry.Event.SentAt!.Value).TotalSeconds), _tags.Tags);
        }

        if (messages > 0) _delivered.Add(messages);
    }

    public void Swept(int count) => _swept.Add(count);
}
