using System.CommandLine;
using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

internal static class UpCommand
{
    public static Command Create()
    {
        var folder = FolderOption.Create();
        var detach = new Option<bool>("--detach") { Description = "Return when all is ready; ./dev down stops it" };
        var nodes = new Option<string>("--nodes") { Description = "How many nodes of which policy set", DefaultValueFactory = _ => "a=2,b=1" };
        var store = new Option<string?>("--store") { Description = "The connection string of a MariaDB or MySQL server of your own" };
        var signals = new Option<string>("--signals") { Description = "How nodes tell each other what changed: http or rabbitmq, which starts one", DefaultValueFactory = _ => "http" };
        var noDemo = new Option<bool>("--no-demo") { Description = "Do not make the demo people" };
        var gatewayPort = new Option<int>("--gateway-port") { Description = "Where people connect", DefaultValueFactory = _ => 8080 };
        var consolePort = new Option<int>("--console-port") { Description = "Where administrators sign in", DefaultValueFactory = _ => 8081 };

        var command = new Command("up", "Start a cluster: store, control, gateway and nodes") { folder, detach, nodes, store, signals, noDemo, gatewayPort, consolePort };
        command.SetAction(parsed => Terminal.RunAsync(() => RunAsync(
            new ClusterOptions
            {
                Folder = parsed.GetValue(folder)!,
                Nodes = ClusterOptions.ParseNodes(parsed.GetValue(nodes)!),
                Store = parsed.GetValue(store),
                Signals = ClusterOptions.ParseSignals(parsed.GetValue(signals)!),
                Demo = !parsed.GetValue(noDemo),
                GatewayPort = parsed.GetValue(gatewayPort),
                ConsolePort = parsed.GetValue(consolePort),
            },
            parsed.GetValue(detach))));
        return command;
    }

    private static async Task<int> RunAsync(ClusterOptions options, bool detach)
    {
        List<IDisposable> registrations = [];
        using var interrupted = Terminal.UntilInterrupted(registrations);
        var cluster = new LocalCluster(options);
        await ShowProgressAsync("Starting", say => cluster.StartAsync(say, interrupted.Token));
        ClusterSummary.Show(cluster);
        if (detach)
        {
            Terminal.Out.MarkupLine("[grey]./dev status shows it, ./dev down stops it.[/]");
            return 0;
        }

        Terminal.Out.MarkupLine("[grey]Ctrl-C stops it.[/]");
        var stoppedElsewhere = await new LogTail(cluster).FollowAsync(interrupted.Token);
        if (!stoppedElsewhere) await ShowProgressAsync("Stopping", say => cluster.StopAsync(say));
        Terminal.Out.MarkupLine(stoppedElsewhere ? "The cluster was stopped by another command." : "Stopped.");
        registrations.ForEach(registration => registration.Dispose());
        return 0;
    }

    private static Task ShowProgressAsync(string title, Func<Action<string>, Task> work)
    {
        void Say(string line) => Terminal.Out.MarkupLineInterpolated($"  {line}");
        return Terminal.IsInteractive ? Terminal.Out.Status().StartAsync(title, _ => work(Say)) : work(Say);
    }
}
