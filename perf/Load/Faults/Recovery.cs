using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Faults;

/// <summary>
/// Responsible for telling when a cluster is over a fault: everybody listens and was answered since, everything that had been acknowledged before
/// has come to everybody, and every process is ready.
/// </summary>
/// <param name="crowd">Everybody.</param>
/// <param name="notWellBecauseAsync">Null when every process is as it should be, else why not.</param>
internal sealed class Recovery(Crowd crowd, Func<Task<string?>> notWellBecauseAsync)
{
    private const int MostNamed = 3;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How long it took after <paramref name="since"/>; <see cref="RunFailedException"/> says what is still missing after <paramref name="patience"/>.</summary>
    public async Task<TimeSpan> WaitAsync(long since, TimeSpan patience, Senders senders, CancellationToken cancellation, string what = "")
    {
        var acknowledged = crowd.Ledger.AcknowledgedUpTo();
        while (await MissingAsync(since, acknowledged) is { } missing)
        {
            senders.ThrowIfFailed();
            if (crowd.Network.Time.GetElapsedTime(since) > patience)
                throw new RunFailedException($"{what}not over it {patience.TotalSeconds:0} s after its end: {missing}.", crowd.Ledger.Report());
            await Task.Delay(Step, crowd.Network.Time, cancellation);
        }

        return crowd.Network.Time.GetElapsedTime(since);
    }

    private async Task<string?> MissingAsync(long since, IReadOnlyDictionary<ConversationLog, long> acknowledged)
    {
        var deaf = crowd.Clients.Count(client => !client.IsListening);
        var counts = crowd.Network.Counts;
        if (deaf > 0) return $"{deaf} of {crowd.Clients.Count} people do not listen ({counts.Replaced} sessions were replaced, {counts.SignedOut} signed out)";
        var silent = crowd.Clients.Count(client => client.LastAcknowledgedAt < since);
        if (silent > 0) return $"{silent} of {crowd.Clients.Count} people had no message acknowledged";
        var behind = crowd.Ledger.Behind(acknowledged);
        if (behind.Count > 0) return $"{behind.Count} of {crowd.Clients.Count} people have not received what was acknowledged before ({Named(behind, acknowledged)})";
        return await notWellBecauseAsync();
    }

    private string Named(IReadOnlyList<ReceiverLog> behind, IReadOnlyDictionary<ConversationLog, long> acknowledged) =>
        string.Join(", ", behind.Take(MostNamed).SelectMany(receiver => crowd.Ledger.ConversationsOf(receiver.AccountId)
            .Where(talk => receiver.HasAllUpTo(talk.Id) < acknowledged[talk])
            .Select(talk => $"account {receiver.AccountId} has conversation {talk.Id} up to {receiver.HasAllUpTo(talk.Id)} of {acknowledged[talk]}")))
        + (behind.Count > MostNamed ? ", ..." : "");
}
