namespace IntraMessenger.Launcher;

/// <summary>Something that the person at the terminal can act on: only the sentence is shown.</summary>
public sealed class LauncherException(string message, Exception? inner = null) : Exception(message, inner);
