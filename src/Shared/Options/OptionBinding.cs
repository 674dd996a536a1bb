using System.Text.Json;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Shared.Options;

/// <summary>Responsible for typed options from values by key.</summary>
public static class OptionBinding
{
    /// <summary>Options with these values, and defaults where there is none. The values must have been judged before.</summary>
    public static PolicyOptions Bind(IReadOnlyDictionary<string, JsonElement> values)
    {
        var bound = new PolicyOptions();
        var sections = typeof(PolicyOptions).GetProperties().ToDictionary(section => section.PropertyType, section => section.GetValue(bound));
        foreach (var option in OptionCatalogue.All.Values)
        {
            if (values.TryGetValue(option.Key, out var value))
                option.Property.SetValue(sections[option.Property.DeclaringType!], value.Deserialize(option.Property.PropertyType, Json.Options));
        }

        return bound;
    }
}
