using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using System.Text.Json;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Shared.Options;

/// <summary>One option of the catalogue, read from its declaration.</summary>
public sealed class OptionDefinition
{
    private readonly PropertyInfo _property;
    private readonly OptionAttribute _declared;

    internal OptionDefinition(string section, PropertyInfo property, OptionAttribute declared, object holder)
    {
        _property = property;
        _declared = declared;
        Key = $"{section}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
        Default = JsonSerializer.SerializeToElement(property.GetValue(holder), property.PropertyType, Json.Options);
    }

    public string Key { get; }

    public JsonElement Default { get; }

    public string English => _declared.English;

    public string French => _declared.French;

    public string? Unit => _declared.Unit;

    public bool OfHomeSet => _declared.OfHomeSet;

    public bool ForClients => _declared.ForClients;

    public int Since => _declared.Since;

    /// <summary>Null where <paramref name="value"/> may be saved, else why not, in words for an administrator.</summary>
    public string? WhyNot(JsonElement value)
    {
        object? typed;
        try
        {
            typed = value.Deserialize(_property.PropertyType, Json.Options);
        }
        catch (JsonException)
        {
            typed = null;
        }

        if (typed is null) return $"must be {TypeName}.";
        if (typed is string[] networks && Array.FindIndex(networks, network => !IPNetwork.TryParse(network, out _)) is >= 0 and var wrong)
            return $"'{networks[wrong]}' is not a network such as 10.0.0.0/8 or 192.168.1.7/32.";

        foreach (var rule in _property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(typed)))
        {
            return rule switch
            {
                RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}.",
                AllowedValuesAttribute allowed => $"must be one of {string.Join(", ", allowed.Values)}.",
                _ => rule.FormatErrorMessage(Key),
            };
        }

        return null;
    }

    private string TypeName => _property.PropertyType switch
    {
        var type when type == typeof(int) => "a whole number",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(string[]) => "a list of texts",
        _ => "a text",
    };
}
