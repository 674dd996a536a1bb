using IntraMessenger.Node.Events;
using IntraMessenger.Node.Leases;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Leaving;

/// <summary>
/// Responsible for letting people go in order. First out of the gateways' routes, then everybody is told <c>moved</c>, spread over some
/// seconds so that they do not come to the other nodes all at once, then what is under way ends. A stop goes on from there: the server
/// finishes its requests, the lease ends. Nothing here waits for ever: not for control, not for a client that reads slowly.
/// </summary>
internal sealed partial class LeaveAgent(Drain drain, EventHub hub, NodeLease lease, TimeProvider time, ILogger<LeaveAgent> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>How long control may take to answer that it knows.</summary>
    private static readonly TimeSpan TellPatience = TimeSpan.FromSeconds(2);

    /// <summary>Until every control has seen it in the store, which takes each a second, and its gateways have the new routes.</summary>
    private static readonly TimeSpan RoutePatience = TimeSpan.FromSeconds(2);

    /// <summary>For so long the last <c>moved</c> may be on its way.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(6);

    /// <summary>So many come to the other nodes in a second, unless that would take longer than <see cref="LongestSpread"/>.</summary>
    private const int MovesPerSecond = 200;

    private readonly SemaphoreSlim _leaving = new(1);

    // An administrator's drain. The program lives on, and takes people again when they want it otherwise.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var change = drain.NextChange;
            if (drain.IsOn) await LeaveAsync(stoppingToken);
            await change.WaitAsync(stoppingToken);
            if (!drain.IsOn) Log.Back(logger);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>At a stop, while the server still listens and every other service still works.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Stop();
        try
        {
            await LeaveAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time for stopping is over.
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _leaving.Dispose();
        base.Dispose();
    }

    // The second one finds done what the first one did.
    private async Task LeaveAsync(CancellationToken cancellation)
    {
        await _leaving.WaitAsync(cancellation);
        try
        {
            await OutOfRoutesAsync(cancellation);
            await MoveAllAsync(cancellation);
        }
        finally
        {
            _leaving.Release();
        }
    }

    // Where control is away the routes cannot change: gateways notice by themselves, by the health of this node.
    private async Task OutOfRoutesAsync(CancellationToken cancellation)
    {
        if (!lease.IsServing || time.GetUtcNow() - drain.Since > TellPatience + RoutePatience) return;
        var patience = Task.Delay(TellPatience, time, cancellation);
        if (await Task.WhenAny(drain.Told, patience) != patience) await Task.Delay(RoutePatience, time, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task MoveAllAsync(CancellationToken cancellation)
    {
        var present = new List<HostedSession>();
        foreach (var session in hub.Sessions.Where(session => session.Ending == Ending.None))
        {
            if (session.IdleSince is null) present.Add(session);
            else session.End(Ending.Moved); // nobody waits: its client comes with its next request, to another node
        }

        if (present.Count > 0) Log.Moving(logger, present.Count);
        var spread = TimeSpan.FromSeconds(Math.Min(LongestSpread.TotalSeconds, (double)present.Count / MovesPerSecond));
        var (started, order) = (time.GetTimestamp(), present.Select(session => (Session: session, At: Jitter.Between(TimeSpan.Zero, spread))).OrderBy(move => move.At));
        foreach (var (session, at) in order)
        {
            if (at - time.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellation);
            if (!drain.IsOn) return; // wanted back
            session.End(Ending.Moved);
        }

        // Those who came as it began, and the last words to everybody.
        started = time.GetTimestamp();
        while (drain.IsOn && hub.Sessions.Any(session => session.IdleSince is null) && time.GetElapsedTime(started) < EndPatience)
        {
            foreach (var session in hub.Sessions) session.End(Ending.Moved);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Information, "Leaving: {Count} clients are told to go on through another node")]
        public static partial void Moving(ILogger logger, int count);

        [LoggerMessage(3602, LogLevel.Information, "Leaving: called off, this node takes clients again")]
        public static partial void Back(ILogger logger);
    }
}
