using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Load.Clients;

/// <summary>Responsible for which address a client uses, and how long it rests after a loss.</summary>
/// <param name="network">Has the addresses.</param>
/// <param name="start">The index of the first one.</param>
/// <param name="stays">It knows no other address than that.</param>
internal sealed class ClientRoute(LoadNetwork network, int start, bool stays)
{
    private int _index = start % network.Addresses.Count;

    public LoadAddress Address => network.Addresses[Volatile.Read(ref _index)];

    /// <summary>That one failed: the next, unless the client has gone on already.</summary>
    public void Leave(LoadAddress failed)
    {
        if (stays) return;
        var index = Volatile.Read(ref _index);
        if (network.Addresses[index] == failed) Interlocked.CompareExchange(ref _index, (index + 1) % network.Addresses.Count, index);
    }

    /// <param name="failures">In a row.</param>
    /// <param name="asked">What the server asked for.</param>
    /// <param name="cancellation">Of the client.</param>
    public Task RestAsync(int failures, TimeSpan asked, CancellationToken cancellation)
    {
        var most = network.Settings.FirstPause * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        if (most > network.Settings.LongestPause) most = network.Settings.LongestPause;
        // Who is asked to wait comes after that, and not in the same moment as all others.
        return Task.Delay(asked + Jitter.Between(TimeSpan.Zero, asked > TimeSpan.Zero ? network.Settings.FirstPause : most), network.Time, cancellation);
    }
}
