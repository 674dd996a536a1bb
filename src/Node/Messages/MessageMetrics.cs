using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Messages;

internal sealed class MessageMetrics : IMetrics
{
    private readonly ICommonTags _tags;
    private readonly TimeProvider _time;
    private readonly Tally _accepted;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _batch;
    private readonly Tally _busy;
    private readonly Tally _split;

    public MessageMetrics(IMeterFactory factory, ICommonTags tags, TimeProvider time)
    {
        (_tags, _time) = (tags, time);
        var meter = factory.CreateMeter();
        _accepted = meter.CreateTally("intramessenger.messages.accepted", "{message}", "Messages committed here; a repeated send is none.", tags);
        _commit = meter.CreateDurations("intramessenger.message.commit.duration", "From the arrival of a send to its commit.",
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
        _batch = meter.CreateHistogram("intramessenger.message.batch.size", unit: "{message}", description: "Messages that were committed together.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500] });
        _busy = meter.CreateTally("intramessenger.messages.busy", "{message}", "Sends that were refused because the store did not keep up.", tags);
        _split = meter.CreateTally("intramessenger.message.batches.split", "{batch}", "Batches that failed as a whole and were committed one by one.", tags);
    }

    /// <summary>So many were committed together.</summary>
    public void Committed(int count) => _batch.Record(count, _tags.Tags);

    /// <summary>A send was refused because the store does not keep up.</summary>
    public void Busy() => _busy.Add();

    /// <summary>A batch failed and is tried again one by one.</summary>
    public void Split() => _split.Add();

    /// <summary>A new message is committed; its request arrived at <paramref name="arrivedAt"/> (monotonic).</summary>
    public void Accepted(long arrivedAt)
    {
        _accepted.Add();
        _commit.Record(_time.GetElapsedTime(arrivedAt).TotalSeconds, _tags.Tags);
    }
}
