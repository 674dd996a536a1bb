using System.Diagnostics.CodeAnalysis;

namespace IntraMessenger.Shared.Store;

/// <summary>
/// Responsible for doing together what comes at once: one that comes alone goes at once, what comes meanwhile goes together in the next
/// round. Nobody waits longer than <see cref="LongestWait"/>: then it is a <see cref="StoreUnavailableException"/>, and what was begun may still be done.
/// </summary>
/// <param name="most">The most in one round.</param>
/// <param name="rounds">How many rounds may be under way at once: more than one, where a slow one should not hold up the others.</param>
/// <param name="work">One result for each, in their order. What it throws, all of the round get.</param>
public sealed class Gathering<TItem, TResult>(int most, int rounds, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> work)
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly Queue<(TItem Item, TaskCompletionSource<TResult> Done)> _waiting = new();
    private int _underWay;

    public async Task<TResult> RunAsync(TItem item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((item, done));
            if (_underWay < rounds)
            {
                _underWay++;
                _ = Task.Run(RunAsync);
            }
        }

        try
        {
            return await done.Task.WaitAsync(LongestWait);
        }
        catch (TimeoutException)
        {
            done.TrySetCanceled(); // where its turn has not come, it is passed over
            throw new StoreUnavailableException($"The store has not answered for {LongestWait.TotalSeconds:0} s.");
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "What the work throws goes to those who wait for it.")]
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } round)
        {
            try
            {
                var results = await work(round.ConvertAll(waiting => waiting.Item));
                for (var i = 0; i < round.Count; i++) round[i].Done.TrySetResult(results[i]);
            }
            catch (Exception e)
            {
                foreach (var (_, done) in round) done.TrySetException(e);
            }
        }
    }

    private List<(TItem Item, TaskCompletionSource<TResult> Done)> Take()
    {
        lock (_lock)
        {
            var round = new List<(TItem, TaskCompletionSource<TResult>)>();
            while (round.Count < most && _waiting.TryDequeue(out var waiting))
            {
                if (!waiting.Done.Task.IsCompleted) round.Add(waiting);
            }

            if (round.Count == 0) _underWay--;
            return round;
        }
    }
}
