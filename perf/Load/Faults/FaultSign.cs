using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Load.Faults;

/// <summary>What shows that a fault happens: without it a run would prove nothing.</summary>
/// <param name="What">Such as <c>its clock shows another time</c>.</param>
/// <param name="Watch">Called before the begin; what it gives is asked before the end, with what was counted since.</param>
public sealed record FaultSign(string What, Func<FaultyCluster, Func<FaultCounts, Task<bool>>> Watch)
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    internal static FaultSign Refusals { get; } = new("somebody was refused", _ => counts => Task.FromResult(counts.Busy > 0));

    internal static FaultSign TouchedSignals { get; } = new("signals passed the relay", cluster => Grows(() => cluster.Local.Relays!.Signals.Touched));

    internal static FaultSign DelayedAnswers { get; } = new("answers of the store came later", cluster => Grows(() => cluster.Local.Relays!.Store.Sum(relay => relay.Delayed)));

    internal static FaultSign LostPackets { get; } = new("the line lost packets", cluster => Grows(() => cluster.Line!.Lost));

    internal static FaultSign Gone(Func<FaultyCluster, int> pid) => new("its process has ended", cluster =>
    {
        var before = pid(cluster);
        return _ => Task.FromResult(!BackgroundProcess.IsAlive(before));
    });

    internal static FaultSign Stopped(Func<FaultyCluster, int> pid) => new("its process stands still", cluster => _ => Task.FromResult(BackgroundProcess.IsStopped(pid(cluster))));

    internal static FaultSign WrongClock(Func<FaultyCluster, Member> member, TimeSpan ahead) => new("its clock shows another time", cluster => async _ =>
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"{member(cluster).Management}/health/live");
        return (answer.Headers.Date - TimeProvider.System.GetUtcNow() - ahead)?.Duration() < ClockTolerance;
    });

    private static Func<FaultCounts, Task<bool>> Grows(Func<long> count)
    {
        var before = count();
        return _ => Task.FromResult(count() > before);
    }
}
