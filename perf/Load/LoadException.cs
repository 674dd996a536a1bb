namespace IntraMessenger.Load;

/// <summary>Something that the person at the terminal can act on; its message is a sentence.</summary>
public sealed class LoadException(string message) : Exception(message);
