using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Messages;

internal sealed class MessageMetrics : IMetrics
{
    private readonly ICommonTags _tags;
    private readonly TimeProvider _time;
    private readonly Tally _accepted;
    private readonly Histogram<double> _commit;

    public MessageMetrics(IMeterFactory factory, ICommonTags tags, TimeProvider time)
    {
        (_tags, _time) = (tags, time);
        var meter = factory.CreateMeter();
        _accepted = meter.CreateTally("intramessenger.messages.accepted", "{message}", "Messages committed here; a repeated send is none.", tags);
        _commit = meter.CreateDurations("intramessenger.message.commit.duration", "From the arrival of a send to its commit.",
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
    }

    /// <summary>A new message is committed; its request arrived at <paramref name="arrivedAt"/> (monotonic).</summary>
    public void Accepted(long arrivedAt)
    {
        _accepted.Add();
        _commit.Record(_time.GetElapsedTime(arrivedAt).TotalSeconds, _tags.Tags);
    }
}
