using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using IntraMessenger.Shared.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IntraMessenger.Central.SettingsFiles;

/// <summary>Responsible for reading a settings file: the part of YAML that JSON has too, so that a JSON file is right as well.</summary>
internal static partial class SettingsYaml
{
    public const int MostBytes = 1 << 20;

    private const int Deepest = 8;
    private const char ByteOrderMark = '\uFEFF'; // editors write it

    private static readonly JsonSerializerOptions Strict = new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Throws <see cref="InvalidDataException"/> where it is no settings file.</summary>
    public static SettingsFile Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text.TrimStart(ByteOrderMark)));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) throw new InvalidDataException("The file is empty.");
            var node = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _)) throw new InvalidDataException("The file has more than one YAML document.");
            return node.Deserialize<SettingsFile>(Strict) ?? throw new InvalidDataException("The file is empty.");
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"Line {e.Start.Line}, column {e.Start.Column}: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (InvalidOperationException)
        {
            // What the scanner of the library ends some broken texts with.
            throw new InvalidDataException("The file is no YAML: something in it begins and does not end.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{e.Path ?? "$"}: {(e.InnerException?.Message ?? e.Message).ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>What an unquoted text stands for: YAML's rules for JSON's types.</summary>
    public static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when Number().IsMatch(text) && long.TryParse(text, out var number) => number,
        _ => text,
    };

    private static JsonNode? Node(Parser parser, int depth)
    {
        var at = parser.Current!.Start;
        if (depth > Deepest) throw new YamlException(at, at, "This is nested too deeply.");
        if (parser.TryConsume<Scalar>(out var scalar)) return scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : scalar.Value;
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(parser, depth + 1));
            return items;
        }

        if (!parser.TryConsume<MappingStart>(out _)) throw new YamlException(at, at, "References to other places (*) are not read here.");
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key)) throw new YamlException(parser.Current!.Start, parser.Current.End, "A key must be a text.");
            if (!members.TryAdd(key.Value, Node(parser, depth + 1))) throw new YamlException(key.Start, key.End, $"'{key.Value}' stands here twice.");
        }

        return members;
    }

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]{0,17})\z")]
    private static partial Regex Number();
}
