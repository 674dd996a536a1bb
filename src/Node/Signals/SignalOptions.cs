namespace IntraMessenger.Node.Signals;

/// <summary>Section <c>signals</c> of a node's local file: which way nodes tell each other what changed.</summary>
public sealed class SignalOptions
{
    internal const string Http = "http";
}
