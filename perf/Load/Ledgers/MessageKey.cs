namespace IntraMessenger.Load.Ledgers;

/// <summary>One message of a run: who sent it and the how-manyeth of that person it is. Its text says so, whoever reads it.</summary>
public readonly record struct MessageKey(long Sender, int Counter)
{
    /// <summary>A message that nobody of this run has sent like this.</summary>
    public static MessageKey Foreign { get; } = new(-1, 0);
}
