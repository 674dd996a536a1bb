using System.Net.Sockets;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;

namespace IntraMessenger.Load.Targets;

/// <summary>What a workload runs against: the product, or the ceiling program.</summary>
public abstract class LoadTarget
{
    public abstract string Name { get; }

    /// <summary>Where clients begin: such as <c>http://127.0.0.1:8101/a</c>.</summary>
    public abstract IReadOnlyList<Uri> Addresses { get; }

    /// <summary>What serves, as it runs at this moment; empty where it runs elsewhere.</summary>
    public abstract IReadOnlyList<WatchedProcess> Processes { get; }

    /// <summary>The key of the policy set of these addresses.</summary>
    public abstract string PolicySet { get; }

    /// <summary>Whether a single server can be killed, and another one goes on.</summary>
    public virtual bool CanLoseOne => false;

    /// <summary>Not connected yet, for an address that is not reached from here; null for the others.</summary>
    public virtual Socket? OpenSocket(Uri address) => null;

    /// <summary>The last number of each conversation.</summary>
    public virtual Task<Dictionary<long, long>> LastSeqsAsync(PopulationStore store, IReadOnlyList<Talk> talks) => store.LastSeqsAsync(talks);

    /// <summary>Tells the ledger what the store has at the end.</summary>
    public virtual Task CompareAsync(PopulationStore store, Ledger ledger, CancellationToken cancellation) => store.CompareAsync(ledger, cancellation);

    /// <summary>Servers that have held nobody yet: memory is measured from there.</summary>
    public virtual Task RestartServersAsync() => throw new LoadException($"{Name} was not started here and cannot be started anew; this workload needs that.");

    /// <summary><c>kill -9</c> of the server behind an address.</summary>
    public virtual Task KillAsync(int index) => throw new LoadException($"{Name} was not started here; nothing of it is killed.");

    /// <summary>The same again, until it is ready.</summary>
    public virtual Task StartAsync(int index) => Task.CompletedTask;
}
