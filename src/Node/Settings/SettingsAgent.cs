using System.Buffers.Text;
using System.Text.Json;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Settings;

/// <summary>Responsible for having the settings that Central composed for this node in force, and the last good ones on disk.</summary>
internal sealed class SettingsAgent(
    SettingsConfiguration configuration,
    PolicySet policySet,
    LastGoodFile<SettingsDocument> file,
    ControlClient control,
    TimeProvider time,
    ILogger<SettingsAgent> logger)
    : ClusterFeed<SettingsDocument>($"{ClusterRoutes.Settings}?catalogue={OptionCatalogue.Version}", file, control, time, logger)
{
    /// <summary>Completes at the next document that is put in force or refused, so that a heartbeat tells it at once.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>The options that clients are told, and what they are told when these change.</summary>
    public IReadOnlyDictionary<string, JsonElement> ClientOptions { get; private set; } = new Dictionary<string, JsonElement>();

    /// <summary>Raised after options that clients are told took another value.</summary>
    public event Action? ClientOptionsChanged;

    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override string? Apply(SettingsDocument document)
    {
        if (OptionCatalogue.Errors(document.Options.Concat(document.Homes.Values.SelectMany(home => home)), strict: false) is { Count: > 0 } errors)
            return string.Join(" ", errors.Select(error => $"{error.Key} {error.Value[0]}"));
        if (!Base64.IsValid(document.ClusterKey)) return "clusterKey is not Base64.";
        if (document.Options.Count == 0) return "The document has no options.";

        configuration.Replace(OptionCatalogue.Compose(document.Options));
        policySet.Replace(document);

        var before = ClientOptions;
        ClientOptions = OptionCatalogue.Compose(document.Options).Where(option => OptionCatalogue.All[option.Key].ForClients)
            .ToDictionary(option => option.Key, option => option.Value);
        if (before.Count > 0 && !before.All(option => JsonElement.DeepEquals(option.Value, ClientOptions[option.Key]))) ClientOptionsChanged?.Invoke();
        return null;
    }

    protected override Task AppliedAsync(CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.CompletedTask;
    }
}
