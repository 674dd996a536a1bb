using System.Text.Json;
using IntraMessenger.Shared.Options;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IntraMessenger.Central.SettingsFiles;

/// <summary>Responsible for writing a settings file: always in the same order, each number with its unit.</summary>
internal sealed class SettingsYamlWriter
{
    private const string Title = """
        # Settings of an IntraMessenger cluster: docs/options.md says what the keys mean.
        # What is not named here stays as it is; what is named says this and nothing else.
        # madeFrom: an import over newer versions than these is refused.

        """;

    private readonly StringWriter _text = new() { NewLine = "\n" };
    private readonly Emitter _yaml;

    private SettingsYamlWriter() => _yaml = new(_text, new EmitterSettings().WithBestWidth(int.MaxValue));

    public static string Write(SettingsFile file)
    {
        var writer = new SettingsYamlWriter();
        writer._text.Write(Title);
        writer.Write(new StreamStart(), new DocumentStart(null, null, isImplicit: true));
        writer.Mapping(() => writer.File(file));
        writer.Write(new DocumentEnd(isImplicit: true), new StreamEnd());
        return writer._text.ToString();
    }

    private void File(SettingsFile file)
    {
        if (file.ClusterDefaults is { } cluster) Member("clusterDefaults", () => Options(cluster));
        Named("policySets", file.PolicySets, set =>
        {
            if (set.Prefix is { } prefix) Member("prefix", () => Text(prefix));
            if (set.Locked is { } locked) Member("locked", () => List(locked));
            if (set.Options is { } options) Member("options", () => Options(options));
        });
        Named("roles", file.Roles, role =>
        {
            Member("priority", () => Bare($"{role.Priority}"));
            Member("default", () => Bare(role.Default ? "true" : "false"));
            if (role.Options is { } options) Member("options", () => Options(options));
        });
        if (file.MadeFrom is { } origin) Member("madeFrom", () => Mapping(() => Origin(origin)));
    }

    private void Origin(FileOrigin origin)
    {
        Member("epoch", () => Text(origin.Epoch));
        if (origin.ClusterDefaults is { } version) Member("clusterDefaults", () => Text(version));
        foreach (var (name, versions) in new[] { ("policySets", origin.PolicySets), ("roles", origin.Roles) })
        {
            if (versions is not null) Member(name, () => Mapping(() => Each(versions, Text)));
        }
    }

    private void Named<T>(string name, IReadOnlyDictionary<string, T?>? items, Action<T> members) where T : class
    {
        if (items is not { Count: > 0 }) return;
        Member(name, () => Mapping(() => Each(items, item => Mapping(() => members(item!)))));
    }

    private void Each<T>(IReadOnlyDictionary<string, T> items, Action<T> value)
    {
        foreach (var (key, item) in items) Member(key, () => value(item));
    }

    private void Options(IReadOnlyDictionary<string, JsonElement> options) => Mapping(() =>
    {
        foreach (var (key, value) in options.OrderBy(option => option.Key, StringComparer.Ordinal))
        {
            Member(key, () => Value(value));
            if (OptionCatalogue.All.TryGetValue(key, out var option) && option.Unit is { } unit) Write(new Comment(unit, isInline: true));
        }
    });

    private void Value(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) List(value.EnumerateArray().Select(item => item.GetString()!));
        else if (value.ValueKind == JsonValueKind.String) Text(value.GetString()!);
        else Bare(value.GetRawText());
    }

    private void Member(string key, Action value)
    {
        Text(key);
        value();
    }

    private void Mapping(Action members)
    {
        Write(new MappingStart());
        members();
        Write(new MappingEnd());
    }

    private void List(IEnumerable<string> texts)
    {
        Write(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Flow));
        foreach (var text in texts) Text(text);
        Write(new SequenceEnd());
    }

    /// <summary>Quoted where it would be read as something else.</summary>
    private void Text(string text) => Write(new Scalar(null, null, text, SettingsYaml.Plain(text)?.GetValueKind() == JsonValueKind.String ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, true, true));

    private void Bare(string text) => Write(new Scalar(null, null, text, ScalarStyle.Plain, true, false));

    private void Write(params ReadOnlySpan<ParsingEvent> events)
    {
        foreach (var one in events) _yaml.Emit(one);
    }
}
