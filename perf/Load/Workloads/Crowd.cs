using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Setup;

namespace IntraMessenger.Load.Workloads;

/// <summary>Everybody of a run with their clients and one ledger. Dispose ends them all.</summary>
public sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ListenWithin = TimeSpan.FromMinutes(2);

    private Crowd(LoadNetwork network, Population population, Func<int, int> start, Func<int, bool>? stays)
    {
        Network = network;
        Clients = [.. population.People.Select((person, i) => new LoadClient(network, person, start(i), stays?.Invoke(i) ?? false))];
        var index = population.People.Select((person, i) => (person.AccountId, i)).ToDictionary(pair => pair.AccountId, pair => pair.i);
        Talks = [.. population.Talks.Select(talk => (network.Ledger.FindConversation(talk.Id)!, talk.Members.Select(member => Clients[index[member]]).ToArray()))];
    }

    public LoadNetwork Network { get; }

    public Ledger Ledger => Network.Ledger;

    public IReadOnlyList<LoadClient> Clients { get; }

    /// <summary>Each conversation with the clients of its members.</summary>
    public IReadOnlyList<(ConversationLog Talk, LoadClient[] Members)> Talks { get; }

    /// <summary>Nobody listens yet.</summary>
    /// <param name="addresses">Where the servers are.</param>
    /// <param name="population">Who comes.</param>
    /// <param name="lastSeqs">The number that each conversation has now: <see cref="PopulationStore.LastSeqsAsync"/>.</param>
    /// <param name="settings">Of the clients.</param>
    /// <param name="start">The index of the address at which person i begins; where null, one after the other, round and round.</param>
    /// <param name="time">The system's where null.</param>
    /// <param name="stays">Whether person i knows no other address than the one to begin at; nobody where null.</param>
    public static Crowd Gather(
        IReadOnlyList<Uri> addresses, Population population, IReadOnlyDictionary<long, long> lastSeqs, ClientSettings settings, Func<int, int>? start = null, TimeProvider? time = null,
        Func<int, bool>? stays = null)
    {
        var ledger = new Ledger(time ?? TimeProvider.System);
        foreach (var talk in population.Talks) ledger.Open(talk.Id, lastSeqs[talk.Id], talk.Members);
        return new Crowd(new LoadNetwork(addresses, settings, ledger, time), population, start ?? (i => i), stays);
    }

    /// <summary>Until all listen.</summary>
    /// <param name="atOnce">How many open their events at the same time.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ListenAsync(int atOnce = 50, CancellationToken cancellation = default)
    {
        try
        {
            await Parallel.ForEachAsync(Clients, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation },
                async (client, token) => await client.ListenAsync().WaitAsync(ListenWithin, Network.Time, token));
        }
        catch (TimeoutException)
        {
            throw Failed($"somebody's events did not begin within {ListenWithin.TotalMinutes:0} minutes");
        }
        catch (InvalidOperationException)
        {
            throw Failed("the server ended a session");
        }
    }

    /// <summary>
    /// When nobody sends any more: waits until everybody has everything, at most <paramref name="patience"/>, and then fetches what no event told.
    /// </summary>
    public async Task SettleAsync(TimeSpan patience, CancellationToken cancellation = default)
    {
        if (await HoldsAsync(() => Ledger.IsComplete, TimeSpan.FromMilliseconds(50), patience, cancellation)) return;
        foreach (var client in Clients) await client.FetchMissedAsync(cancellation);
    }

    /// <summary>Waits until all listen again; false where that takes longer than <paramref name="patience"/>.</summary>
    public Task<bool> AllListenAsync(TimeSpan patience, CancellationToken cancellation = default) =>
        HoldsAsync(() => Network.Counts.Listening >= Clients.Count, Step, patience, cancellation);

    /// <summary>Waits until event requests broke off as often as there are people; false where that takes longer than <paramref name="patience"/>.</summary>
    /// <param name="before">How many had broken off already.</param>
    /// <param name="patience">How long.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<bool> AllLostAsync(long before, TimeSpan patience, CancellationToken cancellation = default) =>
        HoldsAsync(() => Network.Counts.Losses - before >= Clients.Count, Step, patience, cancellation);

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(Clients, async (client, _) => await client.DisposeAsync());
        await Network.DisposeAsync();
    }

    private async Task<bool> HoldsAsync(Func<bool> holds, TimeSpan step, TimeSpan patience, CancellationToken cancellation)
    {
        for (var started = Network.Time.GetTimestamp(); !holds(); await Task.Delay(step, Network.Time, cancellation))
        {
            if (Network.Time.GetElapsedTime(started) > patience) return false;
        }

        return true;
    }

    private RunFailedException Failed(string why) => new($"Only {Network.Counts.Listening:N0} of {Clients.Count:N0} people listen: {why}.", Ledger.Report());
}
