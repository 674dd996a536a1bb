using System.Text.Json;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Settings;

/// <summary>Responsible for which policy set this node serves, which node of the store it is, and what home sets decide.</summary>
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

    /// <summary>May a message be left for somebody offline whose home is the set <paramref name="homeSetId"/>?</summary>
    public bool AllowsOfflineMessages(int homeSetId) => OfHome(homeSetId, "messages.allowOffline").GetBoolean();

    internal void Replace(SettingsDocument document)
    {
        ClusterKey = Convert.FromBase64String(document.ClusterKey);
        Tags = [new("policy_set", document.PolicySet.Key)];
        _document = document;
    }

    private JsonElement OfHome(int homeSetId, string key) =>
        _document is { } document && document.Homes.TryGetValue(homeSetId.ToString(), out var home) && home.TryGetValue(key, out var value)
            ? value
            : OptionCatalogue.All[key].Default;
}
