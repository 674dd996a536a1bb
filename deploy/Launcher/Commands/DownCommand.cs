using System.CommandLine;
using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

internal static class DownCommand
{
    public static Command Create()
    {
        var folder = FolderOption.Create();
        var command = new Command("down", "Stop the cluster; its data stays") { folder };
        command.SetAction(parsed => Terminal.RunAsync(() => RunAsync(new ClusterFolder(parsed.GetValue(folder)!))));
        return command;
    }

    private static async Task<int> RunAsync(ClusterFolder folder)
    {
        var none = ClusterProcesses.Of(folder).Count == 0;
        await ClusterProcesses.StopAsync(folder, names => Terminal.Out.WriteLine($"  {names}: stopping"));
        Terminal.Out.WriteLine(none ? "No cluster runs." : "Stopped.");
        return 0;
    }
}
