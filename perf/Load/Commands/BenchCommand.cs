using System.CommandLine;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Faults;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Commands;

internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var workload = new Argument<string>("workload") { Description = string.Join("; ", Workload.All.Select(one => $"{one.Name}: {one.Description}").Append($"{FaultBench.Name}: {FaultBench.Description}")) };
        var users = new Option<int?>("--users", "--people") { Description = "How many people; the workload's own number where it is not given" };
        var nodes = new Option<string?>("--nodes") { Description = "How many nodes of which policy set, such as a=2; people are of the first set" };
        var seconds = new Option<int?>("--seconds") { Description = "How long is measured" };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds before", DefaultValueFactory = _ => 8 };
        var runs = new Option<int>("--runs") { Description = "How often; the table shows medians", DefaultValueFactory = _ => 1 };
        var gateway = new Option<bool>("--gateway") { Description = "Through the gateway" };
        var direct = new Option<bool>("--direct") { Description = "Directly at the nodes, the default" };
        var ceiling = new Option<bool>("--ceiling") { Description = "The same against the ceiling program afterwards" };
        var onlyCeiling = new Option<bool>("--only-ceiling") { Description = "The ceiling program alone" };
        var rows = new Option<long?>("--rows") { Description = "Message rows that are in the table before; W2 takes 10,000,000" };
        var poll = new Option<bool>("--poll") { Description = "Clients poll instead of holding a stream" };
        var ids = new Option<string>("--client-ids") { Description = "v7, growing with time, or v4, random", DefaultValueFactory = _ => "v7" };
        ids.AcceptOnlyFromAmong("v7", "v4");
        var text = new Option<int>("--text") { Description = "Characters of a message", DefaultValueFactory = _ => 80 };
        var far = new Option<bool>("--far") { Description = "W1 with the last node at the other end of a bad line, in a network namespace; needs root" };
        var farDelay = new Option<double>("--far-delay") { Description = "Milliseconds of one way of that line", DefaultValueFactory = _ => 25 };
        var farLoss = new Option<double>("--far-loss") { Description = "Percent of the packets that it loses", DefaultValueFactory = _ => 1 };
        var proxy = new Option<Uri?>("--proxy") { Description = "An HTTP proxy between clients and cluster" };
        var cluster = new Option<Uri[]>("--cluster") { Description = "Addresses of a running cluster with their policy set, such as http://10.0.0.7:8080/a", AllowMultipleArgumentsPerToken = true };
        var store = new Option<string?>("--store") { Description = "The connection string of the running cluster's store" };
        var folder = new Option<string>("--folder") { Description = "Where the cluster and the results are kept", DefaultValueFactory = _ => BenchTerminal.DefaultFolder };
        var json = new Option<string?>("--json") { Description = "The file for the results; one in the folder where it is not given" };
        var faults = new Option<string?>("--faults") { Description = $"W6: which, separated by commas; all where it is not given: {string.Join(", ", Fault.All.Select(fault => fault.Name))}" };
        var turns = new Option<int>("--turns") { Description = "W6: how often each fault happens", DefaultValueFactory = _ => 3 };
        var messages = new Option<long>("--messages") { Description = "W6: how many must be acknowledged in all", DefaultValueFactory = _ => 1_000_000 };
        var around = new Option<int>("--around") { Description = "W6: seconds around a fault; where it is less, faults are shorter, and nobody asks for 5,000 acknowledged messages in it", DefaultValueFactory = _ => 60 };
        var seed = new Option<int?>("--seed") { Description = "W6: repeats the order and the details of an earlier run" };

        var command = new RootCommand("Measures a cluster, and judges by a ledger that nothing was lost, repeated or misordered (docs/performance.md)")
        {
            workload, users, nodes, seconds, warmUp, runs, gateway, direct, ceiling, onlyCeiling, rows, poll, ids, text, far, farDelay, farLoss, proxy, cluster, store, folder, json,
            faults, turns, messages, around, seed,
        };
        command.SetAction((parsed, cancellation) => BenchTerminal.RunAsync(() => RunAsync(new BenchOptions
        {
            Workload = parsed.GetValue(workload)!,
            People = parsed.GetValue(users),
            Nodes = parsed.GetValue(nodes) is { } groups ? ClusterOptions.ParseNodes(groups) : [],
            Seconds = parsed.GetValue(seconds),
            WarmUpSeconds = parsed.GetValue(warmUp),
            Runs = parsed.GetValue(runs),
            Gateway = parsed.GetValue(gateway) && !parsed.GetValue(direct),
            Far = parsed.GetValue(far) ? new FarLine(parsed.GetValue(farDelay), parsed.GetValue(farLoss)) : null,
            Ceiling = parsed.GetValue(ceiling) || parsed.GetValue(onlyCeiling),
            OnlyCeiling = parsed.GetValue(onlyCeiling),
            Rows = parsed.GetValue(rows),
            Cluster = parsed.GetValue(cluster) ?? [],
            Store = parsed.GetValue(store),
            Folder = parsed.GetValue(folder)!,
            Json = parsed.GetValue(json),
            Faults = parsed.GetValue(faults),
            Turns = parsed.GetValue(turns),
            Messages = parsed.GetValue(messages),
            Around = TimeSpan.FromSeconds(parsed.GetValue(around)),
            Seed = parsed.GetValue(seed),
            Clients = new ClientSettings
            {
                Mode = parsed.GetValue(poll) ? EventMode.Poll : EventMode.Auto,
                PollSeconds = parsed.GetValue(poll) ? ClientSettings.LongestPollSeconds : ClientSettings.UsualPollSeconds,
                RandomClientIds = parsed.GetValue(ids) == "v4",
                TextLength = parsed.GetValue(text),
                Proxy = parsed.GetValue(proxy),
            },
        }, cancellation)));
        return command;
    }

    private static Task<int> RunAsync(BenchOptions options, CancellationToken cancellation) =>
        FaultBench.Name.Equals(options.Workload, StringComparison.OrdinalIgnoreCase) ? new FaultBench(options).RunAsync(cancellation) : new BenchRun(options).RunAsync(cancellation);
}
