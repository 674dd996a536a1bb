using IntraMessenger.Load.Clients;

namespace IntraMessenger.Load.Setup;

/// <summary>A conversation to write to, and the accounts in it.</summary>
public sealed record Talk(long Id, IReadOnlyList<long> Members);

/// <summary>Everybody of a run and what they write to.</summary>
public sealed record Population(IReadOnlyList<LoadIdentity> People, IReadOnlyList<Talk> Talks)
{
    /// <summary>The first people, and what they talk among themselves.</summary>
    public Population Part(int people)
    {
        var part = People.Take(people).ToArray();
        var ids = part.Select(person => person.AccountId).ToHashSet();
        return new Population(part, [.. Talks.Where(talk => talk.Members.All(ids.Contains))]);
    }
}
