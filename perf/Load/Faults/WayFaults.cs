using System.Security.Cryptography;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Load.Faults;

/// <summary>What can happen between the programs: to signals, to the store and the way to it, and to all ways of one node.</summary>
internal static class WayFaults
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(15);

    /// <summary>Longer than a lease lives.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(25);

    public static IEnumerable<Fault> All =>
    [
        Signals("refused", SignalFate.Refused), Signals("swallowed", SignalFate.Swallowed), Signals("unanswered", SignalFate.Unanswered),
        Signals("repeated", SignalFate.Repeated), Signals("delayed", SignalFate.Delayed),
        new("store refuses connections", Scenario.Relayed, Short, cluster => Done(() => OfAll(cluster, relay => relay.Cut())), cluster => Done(() => OfAll(cluster, relay => relay.Mend())),
            FaultSign.Refusals),
        new("store slow", Scenario.Relayed, Long,
            cluster => Done(() => OfAll(cluster, relay => relay.AnswerDelay = () => TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100, 300)))),
            cluster => Done(() => OfAll(cluster, relay => relay.AnswerDelay = null)), FaultSign.DelayedAnswers),
        new("store read-only", Scenario.Relayed, Short, cluster => cluster.Store.SetReadOnlyAsync(true), cluster => cluster.Store.SetReadOnlyAsync(false), FaultSign.Refusals),
        new("store full", Scenario.SmallDisk, Long, cluster => Done(cluster.Local.Disk!.Fill), cluster => Done(cluster.Local.Disk!.Free), FaultSign.Refusals) { WhyNot = SmallDisk.WhyNot },
        .. CutOff(Short, ""), .. CutOff(Long, " for long"),
        Clock("node clock ahead", TimeSpan.FromMinutes(7), cluster => cluster.Victim), Clock("node clock behind", TimeSpan.FromMinutes(-11), cluster => cluster.Victim),
        Clock("control clock ahead", TimeSpan.FromMinutes(11), cluster => cluster.Local.ControlProcess), Clock("control clock behind", TimeSpan.FromMinutes(-7), cluster => cluster.Local.ControlProcess),
        .. Enumerable.Range(0, 3).Select(Killed),
    ];

    private static Fault Signals(string what, SignalFate fate) =>
        new($"signals {what}", Scenario.Relayed, Short, cluster => Done(() => cluster.Local.Relays!.Signals.Set(fate)), cluster => Done(() => cluster.Local.Relays!.Signals.Set(SignalFate.PassedOn)),
            FaultSign.TouchedSignals);

    private static IEnumerable<Fault> CutOff(TimeSpan length, string how) =>
    [
        CutOff($"node cut off from the store{how}", Neighbour.Store, length), CutOff($"node cut off from Central{how}", Neighbour.Control, length),
        CutOff($"node cut off from the other nodes{how}", Neighbour.Nodes, length),
    ];

    private static Fault CutOff(string name, Neighbour from, TimeSpan length) =>
        new(name, Scenario.Far, length, cluster => Done(() => cluster.Local.Far!.CutOff(from)), cluster => Done(cluster.Local.Far!.Mend), FaultSign.LostPackets) { WhyNot = BadLine.WhyNot };

    private static Fault Clock(string name, TimeSpan ahead, Func<FaultyCluster, Member> member) => new(name, Scenario.Relayed, Long,
        cluster =>
        {
            member(cluster).ClockAhead = ahead;
            return member(cluster).RestartAsync();
        },
        cluster =>
        {
            member(cluster).ClockAhead = TimeSpan.Zero;
            return member(cluster).RestartAsync();
        },
        FaultSign.WrongClock(member, ahead))
    { WhyNot = FakeTime.WhyNot };

    private static Fault Killed(int index) => new($"store {index + 1} of 3 killed", Scenario.Galera, Short,
        cluster => cluster.Local.Galera!.Members[index].KillAsync(), cluster => cluster.Local.Galera!.StartAsync(cluster.Local.Galera!.Members[index]),
        FaultSign.Gone(cluster => cluster.Local.Galera!.Members[index].Pid))
    { WhyNot = PrivateGalera.WhyNot };

    private static void OfAll(FaultyCluster cluster, Action<TcpForward> what)
    {
        foreach (var relay in cluster.Local.Relays!.Store) what(relay);
    }

    private static Task Done(Action what)
    {
        what();
        return Task.CompletedTask;
    }
}
