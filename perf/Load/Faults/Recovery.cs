using IntraMessenger.Load.Workloads;

namespace IntraMessenger.Load.Faults;

/// <summary>Responsible for telling when a cluster is over a fault: every process is ready, everybody listens, and everybody was answered since.</summary>
internal sealed class Recovery(FaultyCluster cluster, Crowd crowd)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How long it took after <paramref name="since"/>; <see cref="LoadException"/> says what is still missing after <paramref name="patience"/>.</summary>
    public async Task<TimeSpan> WaitAsync(long since, TimeSpan patience, Senders senders, CancellationToken cancellation, string what = "")
    {
        while (await MissingAsync(since) is { } missing)
        {
            senders.ThrowIfFailed();
            if (crowd.Network.Time.GetElapsedTime(since) > patience) throw new LoadException($"{what}not over it {patience.TotalSeconds:0} s after its end: {missing}.");
            await Task.Delay(Step, crowd.Network.Time, cancellation);
        }

        return crowd.Network.Time.GetElapsedTime(since);
    }

    private async Task<string?> MissingAsync(long since)
    {
        var deaf = crowd.Clients.Count(client => !client.IsListening);
        var counts = crowd.Network.Counts;
        if (deaf > 0) return $"{deaf} of {crowd.Clients.Count} people do not listen ({counts.Replaced} sessions were replaced, {counts.SignedOut} signed out)";
        var silent = crowd.Clients.Count(client => client.LastAcknowledgedAt < since);
        if (silent > 0) return $"{silent} of {crowd.Clients.Count} people had no message acknowledged";
        return await cluster.NotWellBecauseAsync();
    }
}
