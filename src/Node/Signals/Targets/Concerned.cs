using System.Diagnostics.CodeAnalysis;

namespace IntraMessenger.Node.Signals.Targets;

/// <summary>Whom a change concerns: everybody, or these accounts.</summary>
internal readonly struct Concerned
{
    private readonly long _one;
    private readonly long[]? _several;

    private Concerned(long one, long[]? several, bool isEverybody) => (_one, _several, IsEverybody) = (one, several, isEverybody);

    public static Concerned Everybody { get; } = new(0, [], true);

    public bool IsEverybody { get; }

    [UnscopedRef]
    public ReadOnlySpan<long> Accounts => _several ?? new ReadOnlySpan<long>(in _one);

    public static Concerned Only(long accountId) => new(accountId, null, false);

    public static Concerned These(long[] accountIds) => new(0, accountIds, false);
}
