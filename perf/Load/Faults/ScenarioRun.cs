using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Setup;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for one scenario: a cluster, pairs in a closed loop, the faults that are drawn one after the other, and the ledger at the end.</summary>
internal sealed class ScenarioRun(FaultPlan plan, Scenario scenario, Action<string> say, Action<string> tell, TimeProvider time)
{
    // Several sweeps, and what a client rests at most.
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FetchWithin = TimeSpan.FromMinutes(2);

    private readonly Dictionary<Fault, FaultRow> _rows = [];
    private readonly List<(Fault Fault, string Place, long Middle)> _happened = [];
    private readonly List<string> _failures = [];

    public async Task<FaultReport> RunAsync(string folder, CancellationToken cancellation)
    {
        await using var cluster = scenario.Build(folder);
        say($"{scenario.Name}: starting a cluster");
        await cluster.StartAsync(LimitRace.Settings(plan.People), say, cancellation);
        await using var store = new PopulationStore(cluster.Local.ConnectionString);
        await using var crowd = await GatherAsync(cluster, store);
        await using var race = await LimitRace.StartAsync(cluster, crowd, store, plan.People, time);
        await using var watch = FaultWatch.Start(cluster, crowd);
        using var senders = Senders.ClosedLoop(crowd);
        try
        {
            await new Recovery(crowd, cluster.NotWellBecauseAsync).WaitAsync(time.GetTimestamp(), plan.RecoverWithin, senders, cancellation);
            await Task.Delay(plan.Around / 2, time, cancellation);
            var turns = plan.Draw(scenario, cluster.Nodes.Count);
            for (var turn = 0; turn < turns.Count; turn++) await TurnAsync(turns[turn], $"{scenario.Name} {turn + 1}/{turns.Count}", cluster, crowd, watch, senders, cancellation);
            await Task.Delay(plan.Around / 2, time, cancellation);
            JudgeFlow(watch);
            await ReachAsync(crowd, senders, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _failures.Add(FaultSuite.Sentence(failure));
        }

        var limits = await race.StopAsync();
        return await FinishAsync(cluster, crowd, senders, limits, cancellation);
    }

    // Every fourth knows the gateway alone, as people of a company do; the others begin at the nodes.
    private async Task<Crowd> GatherAsync(FaultyCluster cluster, PopulationStore store)
    {
        say($"{scenario.Name}: preparing the people");
        var population = await store.PairsAsync(plan.People, FaultyCluster.PolicySet);
        var (nodes, gateway) = (cluster.Nodes.Count, cluster.Addresses.Count - 1);
        var crowd = Crowd.Gather(cluster.Addresses, population, await store.LastSeqsAsync(population.Talks), plan.Clients, i => IsBehindGateway(i) ? gateway : i % nodes, time, IsBehindGateway);
        await crowd.ListenAsync();
        return crowd;
    }

    private static bool IsBehindGateway(int person) => person % 4 == 1;

    private async Task TurnAsync(FaultTurn turn, string place, FaultyCluster cluster, Crowd crowd, FaultWatch watch, Senders senders, CancellationToken cancellation)
    {
        var (fault, length) = (turn.Fault, plan.LengthOf(turn.Fault));
        cluster.Victim = cluster.Nodes[turn.Node];
        say($"{place}: {fault.Name}");
        watch.Reset();
        var (before, wrong) = (watch.Counts, crowd.Ledger.Report().Wrong);

        await Task.Delay(plan.Rest, time, cancellation);
        var begun = time.GetTimestamp();
        var (isSeen, counts) = (fault.Sign.Watch(cluster), watch.Counts);
        await fault.BeginAsync(cluster);
        await Task.Delay(length, time, cancellation);
        if (!await isSeen(watch.Counts - counts)) _failures.Add($"{fault.Name}, {place}: it did not happen, or it cannot be seen that {fault.Sign.What}.");
        await fault.EndAsync(cluster);
        var ended = time.GetTimestamp();
        var back = await new Recovery(crowd, cluster.NotWellBecauseAsync).WaitAsync(ended, plan.RecoverWithin, senders, cancellation, $"{fault.Name}, {place}: ");

        await watch.ScrapeAsync();
        _happened.Add((fault, place, begun + (ended - begun) / 2));
        _rows[fault] = _rows.GetValueOrDefault(fault, new FaultRow(fault.Name, scenario.Name)).With(watch.LongestSilence, back.TotalSeconds, watch.Counts - before);
        tell($"{place}: {fault.Name}: {watch.LongestSilence:0.0} s without an acknowledgement, back after {back.TotalSeconds:0.0} s; {crowd.Ledger.AcknowledgedCount:N0} in all");
        if (crowd.Ledger.Report().Wrong - wrong is var more and > 0) _failures.Add($"{fault.Name}, {place}: the ledger counts {more:N0} repeated, misordered, changed, misnumbered, misdelivered or sent by nobody.");
    }

    private void JudgeFlow(FaultWatch watch)
    {
        foreach (var (fault, place, middle) in _happened)
        {
            var count = watch.AcknowledgedAround(middle, plan.Around);
            _rows[fault] = _rows[fault].WithAround(count);
            if (count < plan.LeastAround) _failures.Add($"{fault.Name}, {place}: only {count:N0} messages were acknowledged in the {plan.Around.TotalSeconds:0} s around it.");
        }
    }

    private async Task ReachAsync(Crowd crowd, Senders senders, CancellationToken cancellation)
    {
        var wanted = plan.MessagesOf(scenario);
        for (var (seen, since) = (crowd.Ledger.AcknowledgedCount, time.GetTimestamp()); seen < wanted;)
        {
            say($"{scenario.Name}: {seen:N0} of {wanted:N0} acknowledged");
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation);
            senders.ThrowIfFailed();
            if (crowd.Ledger.AcknowledgedCount is var now && now > seen) (seen, since) = (now, time.GetTimestamp());
            if (time.GetElapsedTime(since) > plan.RecoverWithin)
                throw new RunFailedException($"No message was acknowledged for {plan.RecoverWithin.TotalSeconds:0} s.", crowd.Ledger.Report());
        }
    }

    private async Task CompareAsync(string server, FaultyCluster cluster, Ledger ledger, CancellationToken cancellation)
    {
        say($"{scenario.Name}: comparing the ledger with the store");
        await using var store = new PopulationStore(server);
        await store.CompareAsync(ledger, cancellation, isOneOfSeveral: cluster.Local.Galera is not null);
    }

    private async Task<FaultReport> FinishAsync(FaultyCluster cluster, Crowd crowd, Senders senders, LimitReport limits, CancellationToken cancellation)
    {
        say($"{scenario.Name}: waiting until everything has arrived");
        try
        {
            await senders.StopAsync(SettleWithin * 2);
        }
        catch (RunFailedException refused)
        {
            _failures.Add(refused.Message);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(SettleWithin + FetchWithin);
        try
        {
            await crowd.SettleAsync(SettleWithin, patience.Token);
            foreach (var server in cluster.Local.ServerConnectionStrings) await CompareAsync(server, cluster, crowd.Ledger, cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _failures.Add("What had not arrived could not be fetched.");
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _failures.Add(FaultSuite.Sentence(failure));
        }

        var ledger = crowd.Ledger.Report();
        if (!ledger.IsWhole) _failures.Add($"The ledger is not clean: {ledger}.");
        if (limits.Violations > 0) _failures.Add($"A limit was exceeded {limits.Violations:N0} times: {string.Join("; ", limits.Seen)}.");
        if (limits.Samples == 0 || limits.PlacesRefused == 0 || limits.ContactsRefused == 0) _failures.Add($"The limits were not tried: {limits}.");
        return new FaultReport([.. _rows.Values], ledger, limits, [.. _failures.Distinct().Select(failure => $"{scenario.Name}: {failure}")]);
    }
}
