using System.Threading.Channels;

namespace IntraMessenger.Node.Changes;

/// <summary>
/// Responsible for handing on what was committed: to the clients of this node, and as signals to the others. Handing on may fail or
/// be lost without harm: the sweep finds it.
/// </summary>
internal sealed class ChangeBus
{
    /// <summary>More than this waiting means that this node lags anyway; the sweep catches up.</summary>
    private const int Capacity = 100_000;

    private readonly Channel<Change> _here = New();
    private readonly Channel<Change> _elsewhere = New();

    /// <summary>What this node's clients may have to be told.</summary>
    public ChannelReader<Change> Here => _here.Reader;

    /// <summary>What other nodes have to be told.</summary>
    public ChannelReader<Change> Elsewhere => _elsewhere.Reader;

    /// <summary>After the commit, never before.</summary>
    public void Publish(params IReadOnlyCollection<Change> changes)
    {
        TellHere(changes);
        TellOthers(changes);
    }

    /// <summary>What was committed here, or what another node or the sweep told.</summary>
    public void TellHere(params IReadOnlyCollection<Change> changes)
    {
        foreach (var change in changes) _here.Writer.TryWrite(change);
    }

    /// <summary>What was committed here.</summary>
    public void TellOthers(IReadOnlyCollection<Change> changes)
    {
        foreach (var change in changes) _elsewhere.Writer.TryWrite(change);
    }

    private static Channel<Change> New() =>
        Channel.CreateBounded<Change>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
}
