namespace IntraMessenger.Node.Changes;

/// <summary>A feature that turns its changes into events for clients. It reads the state as it is now: late or repeated changes do no harm.</summary>
internal interface IEventSource
{
    IReadOnlyCollection<ChangeKind> Kinds { get; }

    /// <summary>Whether it is told also while nobody is here who could get an event: where it keeps something in mind, and makes no events. A replay leaves it out.</summary>
    bool ReadsForNobody => false;

    /// <summary>Adds the events that <paramref name="changes"/> (of its kinds only) mean for the accounts that <paramref name="batch"/> asks for.</summary>
    Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch);
}

/// <summary>An event on its way to the clients of some accounts.</summary>
internal sealed record AddressedEvent(IReadOnlyCollection<long> Receivers, string Type, object Payload);

/// <summary>Responsible for collecting the events of one round, and for saying whom it is for.</summary>
internal sealed class EventBatch(Func<long, bool> isWanted)
{
    private readonly List<AddressedEvent> _events = [];

    public IReadOnlyList<AddressedEvent> Events => _events;

    /// <summary>Whether events of this account are asked for at all: saves reading what nobody here waits for.</summary>
    public bool Wants(long accountId) => isWanted(accountId);

    public void Add(long receiver, string type, object payload) => Add([receiver], type, payload);

    public void Add(IEnumerable<long> receivers, string type, object payload)
    {
        var wanted = receivers.Where(isWanted).ToArray();
        if (wanted.Length > 0) _events.Add(new AddressedEvent(wanted, type, payload));
    }
}
