using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Setup;

/// <summary>A conversation to write to, and the accounts in it.</summary>
public sealed record Talk(long Id, IReadOnlyList<long> Members);

/// <summary>Everybody of a run and what they write to.</summary>
public sealed record Population(IReadOnlyList<LoadIdentity> People, IReadOnlyList<Talk> Talks)
{
    /// <summary>Puts the talks into a ledger, with the numbers that they have now.</summary>
    public async Task OpenAsync(Ledger ledger, PopulationStore store)
    {
        var numbers = await store.LastSeqsAsync(Talks);
        foreach (var talk in Talks) ledger.Open(talk.Id, numbers[talk.Id], talk.Members);
    }
}
