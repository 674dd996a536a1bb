using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for turning changes into events for the sessions of this node, one round after the other, and for the sweep underneath:
/// at least every 2 s it looks in the store for what no signal told. The sweep makes it correct, the signal makes it fast.
/// </summary>
internal sealed partial class ChangeDispatcher(
    ChangeBus bus, ChangeStore changes, JournalReader journal, EventHub hub, MessageFeed feed, IEnumerable<IEventSource> sources, SessionCheck check, EventMetrics metrics, NodeLease lease,
    TimeProvider time, ILogger<ChangeDispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1.5);
    private const int MostAtOnce = 1_000;
    private const int SweepsBetweenComparisons = 40;

    private readonly RecentIds _seen = new(time, JournalReader.Overlap * 2);
    private long _sweptAt;
    private DateTime _listeningSince = DateTime.MaxValue;
    private int _sweeps;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task<bool>? waiting = null;
        Task? sweep = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            waiting ??= bus.Here.WaitToReadAsync(stoppingToken).AsTask();
            var rest = SweepInterval - time.GetElapsedTime(_sweptAt);
            sweep ??= rest > TimeSpan.Zero ? Task.Delay(rest, time, stoppingToken) : Task.CompletedTask;
            await Task.WhenAny(waiting, sweep);
            if (waiting.IsCompleted) waiting = null;
            if (sweep.IsCompleted) sweep = null;
            try
            {
                await HearAsync();
                if (time.GetElapsedTime(_sweptAt) >= SweepInterval) await SweepAsync();
            }
            catch (StoreUnavailableException)
            {
                journal.StartAgain();
                _sweptAt = time.GetTimestamp(); // what this round did not tell, a later sweep finds: SweptTo has not moved
            }
            catch (Exception e)
            {
                journal.StartAgain();
                _sweptAt = time.GetTimestamp();
                Log.Failed(logger, e);
            }
        }
    }

    private List<Change> Gather()
    {
        var round = new List<Change>();
        while (round.Count < MostAtOnce && bus.Here.TryRead(out var change)) round.Add(change);
        return round;
    }

    // What its writer told before it can be seen here is told as the store has it, and again when the sweep finds it: only then all of it is there.
    private async Task HearAsync()
    {
        var heard = Gather();
        var unseen = await changes.UnseenAsync([.. heard.Where(change => change.Id != 0).Select(change => change.Id)]);
        await DispatchAsync(heard);
        _seen.Forget(unseen);
    }

    private async Task SweepAsync()
    {
        _sweptAt = time.GetTimestamp();
        if (!lease.IsServing) return;
        var end = await changes.EndAsync();
        var now = end.Now;
        if (hub.SweptTo == default) hub.SweptTo = now;
        if (_listeningSince == DateTime.MaxValue) _listeningSince = now;
        var stalled = now - hub.SweptTo > JournalReader.Overlap;
        if (stalled) journal.StartAgain();
        await foreach (var rows in journal.ReadAsync(end, hub.SweptTo - JournalReader.Overlap))
        {
            await HearAsync(); // what a signal told while the store was read is not the sweep's find
            var part = rows.SelectMany(row => row.ToChanges()).ToList();
            var numbered = part.Where(change => change.Id == 0).Select(change => (change.ConversationId, change.Seq)).ToArray();
            metrics.Swept(await feed.CompareAsync(numbered, hub.Append)); // first: who left is given what came before
            var journaled = part.FindAll(change => change.Id != 0);
            await DispatchAsync(journaled.FindAll(change => change.At < _listeningSince)); // before that no signal could tell
            metrics.Swept(await DispatchAsync(journaled));
            if (journaled.Exists(change => change.Kind == ChangeKind.Conversation)) metrics.Swept(await feed.CompareAsync(numbered, hub.Append)); // and who came, what came with them
        }

        if (stalled || _sweeps++ % SweepsBetweenComparisons == 0) metrics.Swept(await feed.CompareAllAsync(hub.Append));
        hub.SweptTo = now;
    }

    /// <summary>How much of it was news that somebody here waits for.</summary>
    private async Task<int> DispatchAsync(List<Change> round)
    {
        var news = round.FindAll(change => change.Id == 0 || _seen.Add(change.Id));
        if (news.Count == 0) return 0;
        var isForSomebody = hub.SessionCount > 0;
        try
        {
            var batch = new EventBatch(hub.IsHosted);
            if (isForSomebody) await feed.FollowAsync(news.FindAll(change => change.Kind == ChangeKind.Conversation), hub.Append);
            foreach (var source in sources.Where(source => isForSomebody || source.ReadsForNobody))
            {
                var own = news.FindAll(change => source.Kinds.Contains(change.Kind));
                if (own.Count > 0) await source.ReadAsync(own, batch);
            }

            if (!isForSomebody) return 0;
            foreach (var addressed in batch.Events) hub.Append(addressed);
            await feed.GiveAsync(news.Where(change => change.Kind is ChangeKind.Message or ChangeKind.MessageChanged), hub.Append);
            await check.RunAsync(news.Where(change => change.Kind == ChangeKind.Session).Select(change => change.OtherId));
            return batch.Events.Count + news.Count(change => change.Kind == ChangeKind.Session);
        }
        catch
        {
            _seen.Forget(news.Select(change => change.Id)); // the sweep brings them again
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Error, "A round of changes failed; the next sweep repeats it")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
