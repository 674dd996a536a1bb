namespace IntraMessenger.Load.Ledgers;

/// <summary>How long messages took.</summary>
public sealed class Durations
{
    /// <summary>From the send to the event at another member.</summary>
    public Latency Delivery { get; } = new();

    /// <summary>From the send to the answer.</summary>
    public Latency Answer { get; } = new();

    internal void Reset()
    {
        Delivery.Reset();
        Answer.Reset();
    }
}
