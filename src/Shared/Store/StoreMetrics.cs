using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Shared.Store;

public sealed class StoreMetrics : IMetrics
{
    private readonly Tally _conflicts;
    private readonly Tally _lost;

    public StoreMetrics(IMeterFactory factory, StoreConnections connections, ICommonTags? tags = null)
    {
        var meter = factory.CreateMeter();
        meter.CreateGauge("intramessenger.store.connections.used", "{connection}", "Connections to the store in use.", tags, () => connections.Used);
        meter.CreateGauge("intramessenger.store.connections.limit", "{connection}", "The most connections that this program opens.", tags, () => connections.Limit);
        meter.CreateGauge("intramessenger.store.server", "{server}", "Which of the store's servers is used, counted from 1.", tags, () => connections.Server);
        const string name = "intramessenger.store.retries", description = "Transactions and statements that were repeated.";
        _conflicts = meter.CreateTally(name, "{retry}", description, tags, new KeyValuePair<string, object?>("reason", "conflict"));
        _lost = meter.CreateTally(name, "{retry}", description, tags, new KeyValuePair<string, object?>("reason", "connection-lost"));
    }

    /// <summary>After a conflict with another transaction, or a connection that was lost.</summary>
    internal void Repeated(StoreFault fault) => (fault == StoreFault.Conflict ? _conflicts : _lost).Add();
}
