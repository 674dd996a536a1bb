using System.Collections.Concurrent;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Leaving;

/// <summary>Two people who write to each other all the time through the gateway, each as a good client does, and a ledger of what became of it.</summary>
internal sealed class TalkingPair
{
    private readonly CancellationTokenSource _quiet = new();
    private readonly CancellationTokenSource _over = new();
    private readonly string _conversation;
    private readonly Task[] _writing;
    private readonly Task[] _listening;
    private long _longestTicks;
    private int _moved;
    private int _resyncs;
    private int _mostRefusals;

    private TalkingPair(Person one, Person two, string conversation)
    {
        _conversation = conversation;
        People = [one, two];
        Received = [new(), new()];
        _listening = [.. People.Zip(Received, ListenAsync)];
        _writing = [.. People.Select(WriteAsync)];
    }

    public Person[] People { get; }

    /// <summary>What was answered: number and text.</summary>
    public ConcurrentDictionary<long, string> Acknowledged { get; } = new();

    /// <summary>What each was given, in the order in which it came.</summary>
    public ConcurrentQueue<(long Seq, string Text)>[] Received { get; }

    public int Moved => Volatile.Read(ref _moved);

    /// <summary>How often the same send was not taken.</summary>
    public int MostRefusals => Volatile.Read(ref _mostRefusals);

    public int Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>From the first try of a send to its answer, however often it was tried in between.</summary>
    public TimeSpan LongestSend => TimeSpan.FromTicks(Interlocked.Read(ref _longestTicks));

    public static async Task<TalkingPair> StartAsync(Person one, Person two)
    {
        await one.BefriendAsync(two);
        return new TalkingPair(one, two, await one.ConversationWithAsync(two));
    }

    /// <summary>Ends the writing, waits for what is under way, and for both to have everything. Throws what went wrong.</summary>
    public async Task EndAsync()
    {
        await _quiet.CancelAsync();
        await Task.WhenAll(_writing);
        await Eventually.HoldsAsync(() => Received.All(own => own.Select(item => item.Seq).Distinct().Count() >= Acknowledged.Count), "every message at both", 40,
            () => $"{Acknowledged.Count} were answered, {string.Join(" and ", Received.Select(own => own.Count))} came");
        await _over.CancelAsync();
        await Task.WhenAll(_listening);
    }

    public Task<List<System.Text.Json.JsonElement>> StoredAsync() => People[0].ReadAllAsync(_conversation);

    private async Task WriteAsync(Person person)
    {
        for (var i = 0; !_quiet.IsCancellationRequested; i++)
        {
            var (text, clientId, started) = ($"{person.Name}/{i}", Guid.NewGuid(), TimeProvider.System.GetTimestamp());
            for (var refusals = 1; ; refusals++)
            {
                try
                {
                    var reply = await person.SayAsync(_conversation, text, clientId);
                    if (reply.Status is 200 or 201)
                    {
                        Acknowledged.TryAdd(reply.Number("seq"), text).ShouldBeTrue("a number was given twice");
                        break;
                    }

                    reply.Status.ShouldBe(503, reply.ToString());
                }
                catch (HttpRequestException)
                {
                    // The connection broke.
                }

                if (refusals > MostRefusals) Interlocked.Exchange(ref _mostRefusals, refusals);
                await Task.Delay(100);
            }

            var took = TimeProvider.System.GetElapsedTime(started).Ticks;
            if (took > Interlocked.Read(ref _longestTicks)) Interlocked.Exchange(ref _longestTicks, took);
            await Task.Delay(10);
        }
    }

    private async Task ListenAsync(Person person, ConcurrentQueue<(long Seq, string Text)> received)
    {
        var cursor = person.Cursor;
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await using var reader = await person.ListenAsync(cursor);
                for (var hasEnded = false; !hasEnded && !_over.IsCancellationRequested; await Task.Delay(20))
                {
                    hasEnded = reader.HasEnded;
                    while (reader.Events.TryDequeue(out var item))
                    {
                        cursor = item.Id;
                        if (item.Type == "moved") Interlocked.Increment(ref _moved);
                        if (item.Type == "resync") Interlocked.Increment(ref _resyncs);
                        if (item.Type == "message") received.Enqueue((item.Data.GetProperty("seq").GetInt64(), item.Data.GetProperty("text").GetString()!));
                    }
                }
            }
            catch (HttpRequestException)
            {
                // The connection broke before it stood.
            }

            await Task.Delay(100);
        }
    }
}
