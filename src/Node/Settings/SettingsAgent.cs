using System.Buffers.Text;
using System.Text.Json;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Settings;

/// <summary>Responsible for having the settings that Central composed for this node in force, and the last good ones on disk.</summary>
internal sealed partial class SettingsAgent(
    SettingsConfiguration configuration,
    PolicySet policySet,
    PeopleRules people,
    LocalOptions local,
    LastGoodFile<SettingsDocument> file,
    ControlClient control,
    TimeProvider time,
    ILogger<SettingsAgent> logger)
    : ClusterFeed<SettingsDocument>($"{ClusterRoutes.Settings}?catalogue={OptionCatalogue.Version}", file, control, time, logger)
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InForce _inForce = new(new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), new Dictionary<string, string>(), new Dictionary<string, JsonElement>(), []);
    private IReadOnlyDictionary<string, string> _wrongKeys = new Dictionary<string, string>();

    private sealed record InForce(
        IReadOnlyDictionary<string, JsonElement> Effective, IReadOnlyDictionary<string, JsonElement> Local, IReadOnlyDictionary<string, string> NotApplied,
        IReadOnlyDictionary<string, JsonElement> Locked, string[] Unknown);

    /// <summary>Completes at the next document that is put in force or refused, so that it is told at once.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>What control is told of the settings here.</summary>
    public SettingsReport Report => new(
        _inForce.Effective, _inForce.Local, _inForce.NotApplied, _inForce.Unknown, Current?.ETag, Current?.Document.Revision,
        Refused is var (etag, reason) ? new(etag, reason, _wrongKeys) : null, _inForce.Locked);

    /// <summary>The options that anybody is told before signing in.</summary>
    public IReadOnlyDictionary<string, JsonElement> ClientOptions => people.Of("").ForClients;

    protected override string? Apply(SettingsDocument document)
    {
        if (WhyNot(document) is { } reason) return reason;
        var (applied, notApplied) = local.Beside(document);
        var effective = OptionLayers.OfSet(document.Options, "", applied).Compose();
        var before = _inForce;
        _inForce = new(effective, applied, notApplied, local.Locked(document), [.. document.Options.Keys.Where(key => !OptionCatalogue.All.ContainsKey(key))]);
        foreach (var (key, why) in notApplied.Where(one => before.NotApplied.GetValueOrDefault(one.Key) != one.Value)) Log.NotApplied(logger, key, why);
        foreach (var key in _inForce.Unknown.Except(before.Unknown)) Log.Unknown(logger, key);

        policySet.Replace(document);
        people.Replace(document, effective);
        configuration.Replace(effective);
        return null;
    }

    protected override Task AppliedAsync(CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.CompletedTask;
    }

    private string? WhyNot(SettingsDocument document)
    {
        _wrongKeys = new Dictionary<string, string>();
        if (document.Homes.Values.Any(home => home is null) || document.Roles.Any(role => role is null) || document.Locked.Any(key => key is null)) return "The document has holes.";
        if (document.PolicySet.Prefix is not { Length: > 0 and <= 64 } prefix || !prefix.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')) return "policySet.prefix is no prefix.";
        var values = document.Options.Concat(document.Homes.Values.SelectMany(home => home)).Concat(document.Roles.SelectMany(role => role.Options));
        _wrongKeys = OptionCatalogue.Errors(values, strict: false).ToDictionary(error => error.Key, error => Reasons.Shortened(error.Value[0], LongestReason));
        if (_wrongKeys.Count > 0) return string.Join(" ", _wrongKeys.Select(error => $"{error.Key} {error.Value}"));
        if (!Base64.IsValid(document.ClusterKey)) return "clusterKey is not Base64.";
        return document.Options.Count == 0 ? "The document has no options." : null;
    }

    private static partial class Log
    {
        [LoggerMessage(3011, LogLevel.Warning, "The local file's option {Key} is not in force: {Reason}")]
        public static partial void NotApplied(ILogger logger, string key, string reason);

        [LoggerMessage(3012, LogLevel.Information, "Central sent the option {Key}, which this version does not know; it is passed over")]
        public static partial void Unknown(ILogger logger, string key);
    }
}
