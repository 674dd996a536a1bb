using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for the sessions that this node holds: wakes those whose time has come, ends them for maintenance, gives up those without an event request, takes
/// their places again after this node lost its life.
/// </summary>
internal sealed partial class SessionKeeper(
    EventHub hub, HoldingService sessions, SessionCheck check, NodeLease lease, IOptionsMonitor<SessionOptions> options, TimeProvider time, ILogger<SessionKeeper> logger)
    : BackgroundService
{
    private const int SecondsBetweenRounds = 3;

    /// <summary>About twice what it takes a client to see that its stream is dead: 2.5 heartbeats.</summary>
    private const int SecondsToArrive = 120;

    /// <summary>How long a node holds a session, in the store, after its last event request.</summary>
    private static readonly TimeSpan HeldWithoutRequest = TimeSpan.FromSeconds(15);

    /// <summary>How long its queue is kept here: a client that comes back by then goes on exactly.</summary>
    private static readonly TimeSpan KeptWithoutRequest = TimeSpan.FromMinutes(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(WakeAsync(stoppingToken), KeepAsync(stoppingToken));

    // Asks the store nothing: also while that stands still, polls are answered in their time and streams have their heartbeats.
    private async Task WakeAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        for (var second = 0; await timer.WaitForNextTickAsync(stopping); second++)
        {
            var now = time.GetTimestamp();
            foreach (var session in hub.Sessions) session.Tick(now);
            if (options.CurrentValue.Maintenance) foreach (var session in hub.Sessions) session.End(Ending.Maintenance);
            if (second % SecondsToArrive == 0) foreach (var session in hub.Sessions) session.ForgetArrived();
        }
    }

    private async Task KeepAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        for (var second = 0; await timer.WaitForNextTickAsync(stopping); second++)
        {
            try
            {
                if (!lease.IsServing) continue;
                await ReviveAsync();
                if (second % SecondsBetweenRounds == 0) await DetachAsync();
            }
            catch (StoreUnavailableException)
            {
                // LeaseAgent tells that the store is away.
            }
            catch (Exception e)
            {
                Log.Failed(logger, e);
            }
        }
    }

    // The places that this node's former life held may be somebody else's by now: each session asks for its own again, unless its client
    // has moved to another node.
    private async Task ReviveAsync()
    {
        if (lease.LifeId is not { } life) return;
        var former = hub.Sessions.Where(session => session.LifeId != life && session.Ending == Ending.None).ToLookup(session => session.TryRetire(long.MaxValue));
        foreach (var retired in former[true]) hub.Remove(retired);
        await Task.WhenAll(former[false].Select(hosted => ReviveAsync(hosted, life))); // together: their places are kept for a few seconds only
    }

    private async Task ReviveAsync(HostedSession hosted, long life)
    {
        switch (await sessions.AttachAsync(hosted.Session, from: hosted.LifeId))
        {
            case null:
                hosted.Revive(life);
                break;
            case { Code: "no-session" }:
                hosted.End(Ending.SignedOut);
                break;
            case { Code: "not-found" }:
                hosted.End(Ending.Replaced);
                break;
            default:
                hosted.End(Ending.NoPlace);
                break;
        }
    }

    // The store is asked what it takes for held here: what is not, for whatever reason, is given back, and again until that succeeded. What
    // it does not name was signed out or taken by another node, perhaps before there was a stream here that could be told.
    private async Task DetachAsync()
    {
        if (lease.LifeId is not { } life) return;
        foreach (var session in hub.Sessions) session.DetachIfIdle(Before(HeldWithoutRequest));
        var hosted = hub.Sessions.Where(session => session is { IsDetached: false, Ending: Ending.None }).Select(session => session.Session.Id).ToArray();
        var held = await sessions.HeldByAsync(life);
        await check.RunAsync(hosted.Except(held));
        var strays = held.Where(id => hub.Find(id) is not { IsDetached: false, Ending: Ending.None });
        foreach (var group in strays.GroupBy(IdleSeconds)) await sessions.DetachAsync([.. group], life, group.Key);

        foreach (var session in hub.Sessions.Where(session => session.TryRetire(Before(KeptWithoutRequest))).ToArray()) hub.Remove(session);
    }

    private long Before(TimeSpan span) => time.GetTimestamp() - (long)(span.TotalSeconds * time.TimestampFrequency);

    private int IdleSeconds(long sessionId) => hub.Find(sessionId)?.IdleSince is { } since ? (int)time.GetElapsedTime(since).TotalSeconds : 0;

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Error, "Keeping the sessions failed; the next round repeats it")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
