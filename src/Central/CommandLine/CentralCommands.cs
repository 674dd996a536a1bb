using System.CommandLine;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.CommandLine;

/// <summary>The commands of the program: <c>run</c> (also without a command), <c>admins</c>, <c>nodes</c>, <c>gateways</c>, <c>check</c>, <c>options</c>, <c>policy</c>, <c>import-options</c>.</summary>
internal static class CentralCommands
{
    private static readonly Option<string?> Config = new("--config") { Description = "The local JSON file of this program.", Recursive = true, HelpName = "FILE" };

    /// <summary>The exit code: 0, 1 where the store cannot be used, 2 where what was written is wrong, 3 where a name exists already, 4 where it was changed meanwhile; <c>policy diff</c> has its own.</summary>
    public static async Task<int> InvokeAsync(string[] args, Func<string?, WebApplication> build, InvocationConfiguration? invocation = null)
    {
        var parsed = Root(build).Parse(args);
        invocation ??= new InvocationConfiguration();
        invocation.ProcessTerminationTimeout = null; // the host itself answers Ctrl-C and SIGTERM with a clean stop
        var code = await parsed.InvokeAsync(invocation);
        return parsed.Errors.Count > 0 ? CommandRunner.WrongInput : code;
    }

    private static RootCommand Root(Func<string?, WebApplication> build)
    {
        Func<ParseResult, CancellationToken, Task<int>> run = (parsed, _) => HostingDefaults.RunAsync(() => build(parsed.GetValue(Config)));
        var runCommand = new Command("run", "Runs control, gateway or both, as the local file says.");
        runCommand.SetAction(run);
        var root = new RootCommand("Central, the cluster server of IntraMessenger.")
        {
            Config,
            runCommand,
            AdminCommands.Create(Config),
            EnrolmentCommands.Nodes(Config),
            EnrolmentCommands.Gateways(Config),
            CheckCommand.Create(Config),
            OptionsCommand.Create(),
            PolicyCommands.Create(Config),
            ImportOptionsCommand.Create(Config),
        };
        root.SetAction(run);
        return root;
    }
}
