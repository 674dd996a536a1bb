using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Settings;

/// <summary>Responsible for which policy set this node serves, and which node of the store it is.</summary>
internal sealed class PolicySet : ICommonTags
{
    private volatile SettingsDocument? _document;

    /// <summary>Null until the first settings came.</summary>
    public PolicySetIdentity? Current => _document?.PolicySet;

    public NodeIdentity? Node => _document?.Node;

    /// <summary>With it nodes sign what they send to each other.</summary>
    public byte[]? ClusterKey { get; private set; }

    /// <summary>On every measurement and span of this node.</summary>
    public KeyValuePair<string, object?>[] Tags { get; private set; } = [];

    public PolicySetIdentity Required => Current ?? throw new InvalidOperationException("No settings yet.");

    internal void Replace(SettingsDocument document)
    {
        ClusterKey = Convert.FromBase64String(document.ClusterKey);
        Tags = [new("policy_set", document.PolicySet.Key)];
        _document = document;
    }
}
