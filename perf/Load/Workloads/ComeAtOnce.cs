using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;
using Microsoft.AspNetCore.Identity;

namespace IntraMessenger.Load.Workloads;

/// <summary>
/// W5: a thousand come at once. First with their passwords, while others talk; then, with their tokens, from a server that was killed to
/// another one.
/// </summary>
internal sealed class ComeAtOnce : Workload
{
    private const int Talkers = 20;

    private static readonly TimeSpan LostWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(60);

    public override string Name => "W5";

    public override string Description => "1,000 clients come at once: with passwords, and back from a killed node";

    public override int UsualPeople => 1_000;

    public override int LeastServers => 2;

    protected override async Task<RunResult> CarryOutAsync(WorkloadRun run)
    {
        var (signIns, first, failed) = await SignInAsync(run);
        var (resumed, second, use, failures) = await ResumeAsync(run);
        return new RunResult([.. signIns, .. resumed], first + second, use.Processes)
        {
            Failures = [.. FailureIf(failed > 0, $"{failed:N0} sign-ins failed."), .. failures],
        };
    }

    private static IEnumerable<string> FailureIf(bool failed, string sentence) => failed ? [sentence] : [];

    // What the processors give when nobody else wants them: 90 % of it is what sign-ins may reach.
    private static double HashesPerSecond(TimeProvider time)
    {
        var hasher = new PasswordHasher<object>();
        var hash = hasher.HashPassword(new object(), PopulationStore.Password);
        var count = 0;
        var started = time.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, _ =>
        {
            while (time.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
            {
                hasher.VerifyHashedPassword(new object(), hash, PopulationStore.Password);
                Interlocked.Increment(ref count);
            }
        });
        return count / time.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<(Figure[] Figures, LedgerReport Ledger, int Failed)> SignInAsync(WorkloadRun run)
    {
        var hashesBefore = HashesPerSecond(run.Time);
        var guests = await run.Store.StrangersAsync(run.Population.People.Count, run.Target.PolicySet);
        await using var crowd = await run.GatherAsync(run.Population.Part(Talkers), start: _ => 0);
        await crowd.ListenAsync(cancellation: run.Cancellation);
        using var senders = Senders.Paced(crowd, TimeSpan.FromMilliseconds(200));
        await run.WaitAsync(run.WarmUp);

        var guestLedger = new Ledger(run.Time);
        await using var guestNetwork = new LoadNetwork([run.Target.Addresses[0]], run.Settings, guestLedger, run.Time);
        var clients = guests.Select(guest => new LoadClient(guestNetwork, guest)).ToArray();
        crowd.Ledger.StartMeasuring();
        run.Say($"{clients.Length:N0} sign in");
        var started = run.Time.GetTimestamp();
        var statuses = await Task.WhenAll(clients.Select(client => client.SignInAsync(run.Cancellation)));
        var took = run.Time.GetElapsedTime(started).TotalSeconds;
        crowd.Ledger.StopMeasuring();

        await senders.StopAsync(TimeSpan.FromSeconds(60));
        await run.SettleAsync(crowd);
        foreach (var client in clients) await client.DisposeAsync();
        // Others on the machine may have wanted the processors while one of the two was measured.
        var hashes = Math.Max(hashesBefore, HashesPerSecond(run.Time));
        var good = statuses.Count(status => status == 201);
        return (
        [
            new("sign-ins", "1/s", good / took), new("hashes that the cores give", "1/s", hashes), new("sign-ins of what the cores give", "%", good / took / hashes * 100),
            new("sign-ins that failed", "", statuses.Length - good), new("sign-ins asked to come later", "", guestNetwork.Counts.Busy),
            new("others meanwhile, send to received p99", "ms", crowd.Ledger.Delivery.PercentileMilliseconds(99)),
            new("others meanwhile, send to answer p99", "ms", crowd.Ledger.Answer.PercentileMilliseconds(99)),
        ], crowd.Ledger.Report(), statuses.Length - good);
    }

    private static async Task<(Figure[] Figures, LedgerReport Ledger, WindowUse Use, IEnumerable<string> Failures)> ResumeAsync(WorkloadRun run)
    {
        if (!run.Target.CanLoseOne) throw new LoadException("W5 kills a server and needs another one: --nodes a=2, directly.");
        await using var crowd = await run.GatherAsync(start: _ => 0);
        await crowd.ListenAsync(cancellation: run.Cancellation);
        using var senders = Senders.Paced(crowd, TimeSpan.FromSeconds(5));
        await run.WaitAsync(run.WarmUp);

        var window = UseWindow.Open(run.Target.Processes, crowd.Network.Wire, run.Time);
        var questions = await run.Store.QuestionsAsync();
        var lost = crowd.Network.Counts.Losses;
        run.Say("the server is killed");
        await run.Target.KillAsync(0);
        var started = run.Time.GetTimestamp();
        var allLost = await crowd.AllLostAsync(lost, LostWithin, run.Cancellation);
        var allBack = await crowd.AllListenAsync(BackWithin, run.Cancellation);
        var took = run.Time.GetElapsedTime(started).TotalSeconds;
        questions = await run.Store.QuestionsAsync() - questions;
        var use = window.Close();

        await senders.StopAsync(TimeSpan.FromSeconds(60));
        await run.SettleAsync(crowd);
        var counts = crowd.Network.Counts;
        await run.Target.StartAsync(0);
        return (
        [
            new("all back after", "s", allLost && allBack ? took : double.PositiveInfinity), new("resumed", "1/s", crowd.Clients.Count / took),
            new("queries at the store meanwhile", "1/s", questions / took), new("queries at the store per person", "", (double)questions / crowd.Clients.Count),
            new("resyncs", "", counts.Resyncs), new("event requests lost", "", counts.Losses),
        ], crowd.Ledger.Report(), use,
        [
            .. FailureIf(!allLost, $"Not everybody had lost the server {LostWithin.TotalSeconds:0} s after it was killed."),
            .. FailureIf(!allBack, $"Not everybody was back {BackWithin.TotalSeconds:0} s after the server was killed."),
        ]);
    }
}
