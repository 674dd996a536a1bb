using System.Text.Json;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Settings;

/// <summary>
/// Responsible for the options that the node's own local file says, in its section <c>options</c>: <c>{"options": {"limits.requestsPerSecond": 100}}</c>.
/// They hold where the catalogue lets a node say them and its policy set does not lock them.
/// </summary>
internal sealed class LocalOptions(IConfiguration configuration)
{
    private readonly IReadOnlyDictionary<string, JsonElement> _said = configuration.GetSection("options").GetChildren().ToDictionary(
        option => option.Key,
        option => OptionCatalogue.All.TryGetValue(option.Key, out var known)
            ? known.Read(option.Value, option.GetChildren().Select(item => item.Value))
            : JsonSerializer.SerializeToElement(option.Value),
        StringComparer.Ordinal);

    /// <summary>What holds of it beside <paramref name="document"/>, and what does not, and why.</summary>
    public (Dictionary<string, JsonElement> Applied, Dictionary<string, string> NotApplied) Beside(SettingsDocument document)
    {
        var notApplied = new Dictionary<string, string>();
        foreach (var (key, value) in _said)
        {
            if (WhyNot(key, value, document) is { } why) notApplied[key] = why;
        }

        return (_said.Where(option => !notApplied.ContainsKey(option.Key)).ToDictionary(), notApplied);
    }

    /// <summary>What of it would hold if the policy set locked nothing, and does not.</summary>
    public Dictionary<string, JsonElement> Locked(SettingsDocument document)
    {
        var unlocked = document with { Locked = [] };
        return _said.Where(option => document.Locked.Contains(option.Key) && WhyNot(option.Key, option.Value, unlocked) is null).ToDictionary();
    }

    private static string? WhyNot(string key, JsonElement value, SettingsDocument document)
    {
        if (!OptionCatalogue.All.TryGetValue(key, out var option)) return "It is not an option of the catalogue.";
        if (!option.ByNode) return "A node may not override it.";
        if (document.Locked.Contains(key)) return $"Policy set {document.PolicySet.Key} locks it.";
        return option.WhyNot(value) is { } why ? $"It {why}" : null;
    }
}
