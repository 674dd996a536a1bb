using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Load.Faults;

/// <summary>What can happen to a process, for every process in turn: killed, stopped for longer than a lease lives, started anew.</summary>
internal static class ProcessFaults
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Paused = TimeSpan.FromSeconds(40);

    public static IEnumerable<Fault> All =>
    [
        .. Of("node", cluster => cluster.Victim), .. Of("control", cluster => cluster.Local.ControlProcess), .. Of("gateway", cluster => cluster.Local.GatewayProcess),
        new("store killed", Scenario.Http, Away, cluster => cluster.Store.KillAsync(), cluster => cluster.Store.StartAsync(), FaultSign.Gone(cluster => cluster.Store.Pid)),
        Pause("store", Scenario.Http, cluster => cluster.Store.Pid),
        new("store restarted", Scenario.Http, Away, cluster => cluster.Store.StopAsync(), cluster => cluster.Store.StartAsync(), FaultSign.Gone(cluster => cluster.Store.Pid)),
        new("broker killed", Scenario.RabbitMq, Away, cluster => cluster.Broker.KillAsync(), cluster => cluster.Broker.StartAsync(), FaultSign.Gone(cluster => cluster.Broker.Pid)),
        Pause("broker", Scenario.RabbitMq, cluster => cluster.Broker.Pid),
        new("broker restarted", Scenario.RabbitMq, Away, cluster => cluster.Broker.StopServerAsync(), cluster => cluster.Broker.StartAsync(), FaultSign.Gone(cluster => cluster.Broker.Pid)),
    ];

    private static IEnumerable<Fault> Of(string name, Func<FaultyCluster, Member> member) =>
    [
        new($"{name} killed", Scenario.Http, Away, cluster => member(cluster).KillAsync(), cluster => member(cluster).RestartAsync(), FaultSign.Gone(cluster => member(cluster).Pid)),
        Pause(name, Scenario.Http, cluster => member(cluster).Pid),
        new($"{name} restarted", Scenario.Http, TimeSpan.Zero, cluster => member(cluster).RestartAsync(), _ => Task.CompletedTask, FaultSign.Gone(cluster => member(cluster).Pid)),
    ];

    private static Fault Pause(string name, Scenario scenario, Func<FaultyCluster, int> pid) =>
        new($"{name} paused", scenario, Paused, cluster => SignalAsync(pid(cluster), BackgroundProcess.SigStop), cluster => SignalAsync(pid(cluster), BackgroundProcess.SigCont),
            FaultSign.Stopped(pid));

    private static Task SignalAsync(int pid, int signal)
    {
        BackgroundProcess.Signal(pid, signal);
        return Task.CompletedTask;
    }
}
