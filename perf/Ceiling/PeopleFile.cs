namespace IntraMessenger.Ceiling;

/// <summary>Everybody, written by the load tool.</summary>
internal sealed record PeopleFile(IReadOnlyList<CeilingPerson> People, IReadOnlyList<CeilingTalk> Talks);

internal sealed record CeilingPerson(string Token, long Id);

internal sealed record CeilingTalk(long Id, long LastSeq, IReadOnlyList<long> Members);
