using System.Text.Json;

namespace IntraMessenger.Node.Settings;

/// <summary>Responsible for feeding what Central composed into .NET's configuration, so that the code reads ordinary options.</summary>
internal sealed class SettingsConfiguration : ConfigurationProvider, IConfigurationSource
{
    private IReadOnlyDictionary<string, JsonElement> _options = new Dictionary<string, JsonElement>();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Replaces all values at once and tells every <c>IOptionsMonitor</c>.</summary>
    public void Replace(IReadOnlyDictionary<string, JsonElement> options)
    {
        _options = options;
        Data = options
            .Where(option => option.Value.ValueKind != JsonValueKind.Array)
            .ToDictionary(option => option.Key.Replace('.', ':'), option => (string?)option.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        OnReload();
    }

    /// <summary>Gives <paramref name="options"/> its lists, as Central composed them.</summary>
    public void FillLists(string section, object options)
    {
        foreach (var list in options.GetType().GetProperties().Where(property => property.PropertyType == typeof(string[])))
        {
            if (_options.TryGetValue($"{section}.{JsonNamingPolicy.CamelCase.ConvertName(list.Name)}", out var value)) list.SetValue(options, value.Deserialize<string[]>());
        }
    }
}
