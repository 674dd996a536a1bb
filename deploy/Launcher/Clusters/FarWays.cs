using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Whom a far node talks with.</summary>
public enum Neighbour
{
    Store,
    Control,
    Nodes,
}

/// <summary>Responsible for far nodes that do not reach one of their neighbours, and are not reached by it, while all else passes. Nobody is told.</summary>
public sealed class FarWays(LocalCluster cluster, FarNodes far)
{
    public IReadOnlyList<Member> Nodes { get; } = [.. cluster.Nodes.Where(node => far.Names.Contains(node.Name))];

    private SignalRelay Signals => cluster.Relays!.Signals;

    public void CutOff(Neighbour from)
    {
        far.Line.Cut(from switch
        {
            Neighbour.Store => cluster.Relays!.Store.Select(relay => relay.Port).ToHashSet(),
            Neighbour.Control => [new Uri(cluster.ControlProcess.Url).Port],
            _ => cluster.Nodes.Except(Nodes).Select(node => new Uri(Signals.AddressOf(node.Management)).Port).ToHashSet(),
        });
        // The other way round: their management port is asked by the gateway too, which is no node.
        if (from == Neighbour.Nodes) SetSignals(SignalFate.Unanswered);
    }

    public void Mend()
    {
        far.Line.Mend();
        SetSignals(SignalFate.PassedOn);
    }

    private void SetSignals(SignalFate fate)
    {
        foreach (var node in Nodes) Signals.Set(fate, node.Management);
    }
}
