namespace IntraMessenger.Load.Ledgers;

/// <summary>One message of a run: who sent it and the how-manyeth of that person it is. Its text says so, whoever reads it.</summary>
public readonly record struct MessageKey(long Sender, int Counter)
{
    /// <summary>A message of the conversation that is not of this run: what joined, what was removed, what somebody else wrote.</summary>
    public static MessageKey Foreign { get; } = new(-1, 0);
}
