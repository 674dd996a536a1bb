using System.CommandLine;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Schema;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>nodes add</c>, <c>nodes remove</c> and <c>gateways add</c>.</summary>
internal static class EnrolmentCommands
{
    public static Command Nodes(Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = $"The name of the node: {IssuedSecret.NameRule}." };
        var set = new Option<string>("--set") { Description = "The key of the policy set that it serves.", Required = true, HelpName = "KEY" };
        var renew = Renew();
        var add = new Command("add", "Enrols a node and prints its key, once.") { name, set, renew };
        add.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            await services.GetRequiredService<SchemaService>().PrepareAsync();
            var node = parsed.GetRequiredValue(name);
            var issued = await services.GetRequiredService<EnrolmentService>().NodeAsync(node, parsed.GetRequiredValue(set), parsed.GetValue(renew));
            return CommandRunner.Print(parsed, issued, $"This is the key of node {node}: put it into 'control.key' of its local file. It is not shown again.");
        }));
        return new Command("nodes", "The nodes of the cluster.") { add, RemoveNode(config) };
    }

    public static Command Gateways(Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = $"The name of the gateway: {IssuedSecret.NameRule}." };
        var renew = Renew();
        var add = new Command("add", "Enrols a gateway and prints its key, once.") { name, renew };
        add.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            await services.GetRequiredService<SchemaService>().PrepareAsync();
            var gateway = parsed.GetRequiredValue(name);
            var issued = await services.GetRequiredService<EnrolmentService>().GatewayAsync(gateway, parsed.GetValue(renew));
            return CommandRunner.Print(parsed, issued, $"This is the key of gateway {gateway}: put it into 'control.key' of its local file. It is not shown again.");
        }));
        return new Command("gateways", "The gateways of the cluster.") { add };
    }

    private static Command RemoveNode(Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = "The name of a node that was stopped for good." };
        var remove = new Command("remove", "Takes a node out of the cluster; its key ends.") { name };
        remove.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
            await services.GetRequiredService<EnrolmentService>().RemoveNodeAsync(parsed.GetRequiredValue(name)) is { } why ? CommandRunner.Refuse(parsed, why, CommandRunner.WrongInput) : 0));
        return remove;
    }

    public static Option<bool> Renew() => new("--renew") { Description = "Where the name exists: issue a new secret; the old one ends." };
}
