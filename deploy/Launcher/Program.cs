using System.CommandLine;
using IntraMessenger.Launcher.Commands;

var root = new RootCommand("Runs a whole IntraMessenger cluster on this machine, for development and for trying it out.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
};
// A Ctrl-C stops the cluster in order, which the command does itself and which may take longer than the library's patience.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
