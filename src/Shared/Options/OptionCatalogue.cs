using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntraMessenger.Shared.Options;

/// <summary>Responsible for the list of all options: what a policy set may say, and what a node may be told.</summary>
public static class OptionCatalogue
{
    /// <summary>Goes up when an option is added; a node says it when it asks for its settings.</summary>
    public const int Version = 3;

    /// <summary>Every option by its key, in the order of the keys.</summary>
    public static IReadOnlyDictionary<string, OptionDefinition> All { get; } = Read();

    /// <summary>What is wrong with <paramref name="values"/>, by key. Unknown keys are wrong only where <paramref name="strict"/>.</summary>
    public static Dictionary<string, string[]> Errors(IEnumerable<KeyValuePair<string, JsonElement>> values, bool strict)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var (key, value) in values)
        {
            var why = All.TryGetValue(key, out var option) ? option.WhyNot(value) : strict ? "is not an option of the catalogue." : null;
            if (why is not null) errors[key] = [why];
        }

        return errors;
    }

    /// <summary>The JSON schema (2020-12) of what a policy set says: values by key, every one of them optional.</summary>
    public static JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "The options of an IntraMessenger policy set",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(All.Values.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Schema()))),
    };

    private static SortedDictionary<string, OptionDefinition> Read()
    {
        var all = new SortedDictionary<string, OptionDefinition>(StringComparer.Ordinal);
        var defaults = new PolicyOptions();
        foreach (var section in typeof(PolicyOptions).GetProperties())
        {
            var holder = section.GetValue(defaults)!;
            foreach (var property in section.PropertyType.GetProperties())
            {
                if (property.GetCustomAttribute<OptionAttribute>() is not { } declared) continue;
                var option = new OptionDefinition(JsonNamingPolicy.CamelCase.ConvertName(section.Name), property, declared, holder);
                all.Add(option.Key, option);
            }
        }

        return all;
    }
}
