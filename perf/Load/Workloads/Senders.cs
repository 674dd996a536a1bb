using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Load.Workloads;

/// <summary>Responsible for sending until it is stopped; then what is on its way is finished, so that the ledger can be closed.</summary>
public sealed class Senders : IDisposable
{
    private readonly CancellationTokenSource _giveUp = new();
    private readonly List<Task> _sending = [];
    private readonly CancellationToken _givenUp;
    private readonly Ledger _ledger;
    private volatile bool _isOver;

    private Senders(Ledger ledger) => (_ledger, _givenUp) = (ledger, _giveUp.Token);

    /// <summary>Everybody sends the next message when the last one is acknowledged.</summary>
    public static Senders ClosedLoop(Crowd crowd) => Start(crowd, crowd.Talks.SelectMany(talk => talk.Members.Select(member => (talk.Talk, member))), (senders, way) => senders.LoopAsync(way));

    /// <summary>The first member of each conversation does.</summary>
    public static Senders ClosedLoopOfFirst(Crowd crowd) => Start(crowd, crowd.Talks.Select(talk => (talk.Talk, talk.Members[0])), (senders, way) => senders.LoopAsync(way));

    /// <summary>In each conversation a message every <paramref name="period"/>, by its members in turn.</summary>
    public static Senders Paced(Crowd crowd, TimeSpan period)
    {
        var senders = new Senders(crowd.Ledger);
        foreach (var (talk, members) in crowd.Talks) senders._sending.Add(Task.Run(() => senders.PaceAsync(talk, members, period, crowd.Network.Time)));
        return senders;
    }

    /// <summary>Sends no more; waits for what was sent, at most <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _isOver = true;
        _giveUp.CancelAfter(patience);
        await Task.WhenAll(_sending);
    }

    /// <summary>What is still on its way is given up.</summary>
    public void Dispose()
    {
        _isOver = true;
        _giveUp.Cancel();
        _giveUp.Dispose();
    }

    /// <summary>Where one was refused, the run is good for nothing and need not go on.</summary>
    public void ThrowIfFailed()
    {
        if (_sending.Find(sending => sending.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
    }

    private static Senders Start(Crowd crowd, IEnumerable<(ConversationLog Talk, LoadClient Member)> ways, Func<Senders, (ConversationLog Talk, LoadClient Member), Task> loop)
    {
        var senders = new Senders(crowd.Ledger);
        foreach (var way in ways) senders._sending.Add(Task.Run(() => loop(senders, way)));
        return senders;
    }

    private async Task LoopAsync((ConversationLog Talk, LoadClient Member) way)
    {
        while (!_isOver) await SendAsync(way.Talk, way.Member);
    }

    private async Task PaceAsync(ConversationLog talk, LoadClient[] members, TimeSpan period, TimeProvider time)
    {
        await Task.Delay(Jitter.Between(TimeSpan.Zero, period), time);
        using var timer = new PeriodicTimer(period, time);
        for (var turn = 0; !_isOver; turn++)
        {
            await SendAsync(talk, members[turn % members.Length]);
            await timer.WaitForNextTickAsync();
        }
    }

    private async ValueTask SendAsync(ConversationLog talk, LoadClient member)
    {
        if (await member.SendAsync(talk, _givenUp) == SendOutcome.Refused)
            throw new RunFailedException($"A message was refused with status {member.LastRefusal}, although the people of this run may write to each other.", _ledger.Report());
    }
}
