using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Shared.Options;

/// <summary>What a value of an option looks like.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptionType>))]
public enum OptionType
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    [JsonStringEnumMemberName("flag")] Flag,

    /// <summary>A whole number.</summary>
    [JsonStringEnumMemberName("number")] Number,

    [JsonStringEnumMemberName("text")] Text,

    /// <summary>One of a few words.</summary>
    [JsonStringEnumMemberName("choice")] Choice,

    /// <summary>A list of texts.</summary>
    [JsonStringEnumMemberName("list")] List,
}

/// <summary>One option of the catalogue, read from its declaration.</summary>
public sealed class OptionDefinition
{
    private readonly OptionAttribute _declared;
    private readonly ValidationAttribute[] _rules;

    internal OptionDefinition(string section, PropertyInfo property, OptionAttribute declared, object holder)
    {
        _declared = declared;
        _rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
        Property = property;
        Key = $"{section}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
        Default = JsonSerializer.SerializeToElement(property.GetValue(holder), property.PropertyType, Json.Options);
        Originals = declared.Original.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    public string Key { get; }

    public JsonElement Default { get; }

    public string English => _declared.English;

    public string French => _declared.French;

    public string? Unit => _declared.Unit;

    public bool OfHomeSet => _declared.OfHomeSet;

    public bool ForClients => _declared.ForClients;

    public bool ByRole => _declared.ByRole;

    public bool ByNode => _declared.ByNode;

    public int Since => _declared.Since;

    /// <summary>The options of the original that it stands for.</summary>
    public IReadOnlyList<string> Originals { get; }

    public OptionType Type => Property.PropertyType switch
    {
        var type when type == typeof(int) => OptionType.Number,
        var type when type == typeof(bool) => OptionType.Flag,
        var type when type == typeof(string[]) => OptionType.List,
        _ => Choices is null ? OptionType.Text : OptionType.Choice,
    };

    /// <summary>Of a number.</summary>
    public int? Minimum => (int?)Rule<RangeAttribute>()?.Minimum;

    /// <summary>Of a number.</summary>
    public int? Maximum => (int?)Rule<RangeAttribute>()?.Maximum;

    /// <summary>Of a choice.</summary>
    public IReadOnlyList<string>? Choices => Rule<AllowedValuesAttribute>()?.Values.Cast<string>().ToArray();

    internal PropertyInfo Property { get; }

    /// <summary>Null where <paramref name="value"/> may be saved, else why not, in words for an administrator.</summary>
    public string? WhyNot(JsonElement value)
    {
        object? typed;
        try
        {
            typed = value.Deserialize(Property.PropertyType, Json.Options);
        }
        catch (JsonException)
        {
            typed = null;
        }

        if (typed is null || typed is string?[] list && list.Contains(null)) return $"must be {TypeName}.";
        var broken = _rules.Select(rule => (rule, result: rule.GetValidationResult(typed, new ValidationContext(this)))).FirstOrDefault(judged => judged.result is not null);
        return broken.rule switch
        {
            null => null,
            RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}.",
            AllowedValuesAttribute allowed => $"must be one of {string.Join(", ", allowed.Values)}.",
            _ => broken.result!.ErrorMessage,
        };
    }

    /// <summary>The value that a local file writes as text, or as several where it is a list. What cannot be read stays a text, which <see cref="WhyNot"/> explains.</summary>
    public JsonElement Read(string? text, IEnumerable<string?> items) => Type switch
    {
        OptionType.List when string.IsNullOrEmpty(text) => JsonSerializer.SerializeToElement(items, Json.Options),
        OptionType.Flag when bool.TryParse(text, out var flag) => JsonSerializer.SerializeToElement(flag),
        OptionType.Number when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonSerializer.SerializeToElement(number),
        _ => JsonSerializer.SerializeToElement(text),
    };

    /// <summary>The value's JSON schema (2020-12).</summary>
    public JsonObject Schema()
    {
        var schema = new JsonObject { ["description"] = English, ["default"] = JsonNode.Parse(Default.GetRawText()) };
        switch (Type)
        {
            case OptionType.Flag: schema["type"] = "boolean"; break;
            case OptionType.Number: (schema["type"], schema["minimum"], schema["maximum"]) = ("integer", Minimum, Maximum); break;
            case OptionType.List: (schema["type"], schema["items"], schema["maxItems"]) = ("array", Items(), Rule<TextListAttribute>()?.Most ?? NetworksAttribute.Most); break;
            case OptionType.Choice: schema["enum"] = new JsonArray([.. Choices!.Select(choice => (JsonNode)choice)]); break;
            default: (schema["type"], schema["maxLength"]) = ("string", Rule<LineAttribute>()?.Longest ?? LinkAttribute.Longest); break;
        }

        return schema;
    }

    private JsonObject Items() => Rule<TextListAttribute>() is { } texts
        ? new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = texts.Longest }
        : new() { ["type"] = "string" };

    private T? Rule<T>() where T : ValidationAttribute => _rules.OfType<T>().FirstOrDefault();

    private string TypeName => Type switch
    {
        OptionType.Number => "a whole number",
        OptionType.Flag => "true or false",
        OptionType.List => "a list of texts",
        _ => "a text",
    };
}
