using System.CommandLine;
using IntraMessenger.Central.Schema;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>check</c>: whether the store can be reached, and whether it keeps what the product promises.</summary>
internal static class CheckCommand
{
    public static Command Create(Option<string?> config)
    {
        var check = new Command("check", "Looks at the store and tells what it finds.");
        check.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var (server, schema, enrolled) = await services.GetRequiredService<SchemaService>().ReportAsync();
            output.WriteLine($"store             reachable, {server.Version}");
            output.WriteLine($"schema            {(schema is { } number ? $"{number}" : "none yet: control makes it at its start")}");
            output.WriteLine($"durable commits   {(server.NotDurableBecause is { } why ? $"WARNING: {why}" : "yes, innodb_flush_log_at_trx_commit is 1")}");
            output.WriteLine($"max_connections   {server.MaxConnections}; each node and control uses up to store.maxConnections (40) of them");
            if (enrolled is not null) output.WriteLine($"enrolled          {enrolled.Nodes} nodes, {enrolled.Gateways} gateways, {enrolled.Admins} administrators");
            return 0;
        }));
        return check;
    }
}
