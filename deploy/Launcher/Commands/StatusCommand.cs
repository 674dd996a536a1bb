using System.CommandLine;
using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

/// <summary>Responsible for telling which programs of the cluster are alive and ready.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var folder = FolderOption.Create();
        var command = new Command("status", "Show what runs; exit code 0 where all is well, else 1") { folder };
        command.SetAction(parsed => Terminal.RunAsync(() => RunAsync(new ClusterFolder(parsed.GetValue(folder)!))));
        return command;
    }

    private static async Task<int> RunAsync(ClusterFolder folder)
    {
        if (ClusterDescription.Find(folder.Root) is not { } cluster)
        {
            Terminal.Out.WriteLine("No cluster runs. ./dev up starts one.");
            return 1;
        }

        var rows = await Task.WhenAll(Rows(folder, cluster));
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "set", "url", "pid", "alive", "ready");
        foreach (var row in rows)
        {
            table.AddRow(row.Name, row.PolicySet, row.Url, row.Pid?.ToString() ?? "-", row.IsAlive ? "[green]yes[/]" : "[red]no[/]",
                row.NotReadyBecause is null ? "[green]yes[/]" : $"[red]no[/]: {Markup.Escape(row.NotReadyBecause)}");
        }

        Terminal.Out.Write(table);
        return rows.All(row => row.IsAlive && row.NotReadyBecause is null) ? 0 : 1;
    }

    private static IEnumerable<Task<Row>> Rows(ClusterFolder folder, ClusterDescription cluster)
    {
        yield return StoreAsync(folder, cluster.Store);
        if (cluster.Broker is { } broker) yield return BrokerAsync(folder, broker);
        yield return ProgramAsync(folder, ClusterProcesses.Control, "", cluster.Control.Url, cluster.Control.Url, cluster.Control.Pid);
        yield return ProgramAsync(folder, ClusterProcesses.Gateway, "", cluster.Gateway, cluster.GatewayManagement, cluster.GatewayPid);
        foreach (var node in cluster.Nodes) yield return ProgramAsync(folder, node.Name, node.PolicySet, node.Url, node.Management, node.Pid);
    }

    private static async Task<Row> ProgramAsync(ClusterFolder folder, string name, string policySet, string url, string management, int pid)
    {
        var alive = ClusterProcesses.Runs(folder, pid, name);
        return new Row(name, policySet, url, pid, alive, alive ? await Member.NotReadyBecauseAsync(management) : "it has ended.");
    }

    private static async Task<Row> StoreAsync(ClusterFolder folder, StoreDescription store)
    {
        var alive = store.Pid is not { } pid || ClusterProcesses.Runs(folder, pid, ClusterProcesses.Store);
        var reason = alive ? await OwnStore.WhyNotAsync(store.ConnectionString, "SELECT 1") : "it has ended.";
        return new Row(ClusterProcesses.Store, "", store.Pid is null ? "your own server" : "", store.Pid, alive, reason);
    }

    private static async Task<Row> BrokerAsync(ClusterFolder folder, BrokerDescription broker)
    {
        var alive = ClusterProcesses.Runs(folder, broker.Pid, ClusterProcesses.Broker);
        var reason = !alive ? "it has ended." : await PrivateRabbitMq.AnswersAsync(new Uri(broker.Uri).Port) ? null : "it does not answer.";
        return new Row(ClusterProcesses.Broker, "", "", broker.Pid, alive, reason);
    }

    private sealed record Row(string Name, string PolicySet, string Url, int? Pid, bool IsAlive, string? NotReadyBecause);
}
