using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Signals;

internal sealed class SignalMetrics : IMetrics
{
    private readonly Tally _sent;
    private readonly Tally _lost;
    private readonly Tally _received;
    private readonly Tally _late;
    private readonly Tally _refused;

    public SignalMetrics(IMeterFactory factory, ICommonTags tags)
    {
        var meter = factory.CreateMeter();
        _sent = meter.CreateTally("intramessenger.signals.sent", "{signal}", "Changes told to other nodes, once for each of them.", tags);
        _lost = meter.CreateTally("intramessenger.signals.lost", "{signal}", "Changes that another node could not be told; its sweep finds them.", tags);
        _received = meter.CreateTally("intramessenger.signals.received", "{signal}", "Changes that other nodes told.", tags);
        _late = meter.CreateTally("intramessenger.signals.late", "{signal}", "Of those received, the ones that were more than a second under way.", tags);
        _refused = meter.CreateTally("intramessenger.signals.refused", "{body}", "Bodies that were not signed by a node of this cluster, not readable, or for another life.", tags);
    }

    public void Sent(int count) => _sent.Add(count);

    public void Lost(int count) => _lost.Add(count);

    public void Received(int count) => _received.Add(count);

    public void Late(int count) => _late.Add(count);

    public void Refused() => _refused.Add();
}
