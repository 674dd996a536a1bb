using System.Globalization;
using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Originals;

/// <summary>Responsible for what a value of the original is in the catalogue: <c>'X'</c> is on, nothing is off, lists have semicolons.</summary>
internal static class OriginalValues
{
    /// <summary>A screensaver is not seen by the page; no input is.</summary>
    private const int AwayMinutes = 10;

    private const string AddedAtSignIn = "_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER";
    private const string AddedByForm = "_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER";

    /// <summary>The value of <paramref name="option"/> that the file's <paramref name="name"/> comes to, or why there is none.</summary>
    public static (JsonElement? Value, string? WhyNot) Of(OptionDefinition option, string name, IReadOnlyDictionary<string, string> file)
    {
        var said = file[name];
        (object? Value, string Expected) read = name switch
        {
            AddedAtSignIn => (Flag(said) is { } added ? added && Flag(file.GetValueOrDefault(AddedByForm, "")) != true : null, "'X' or ''"),
            AddedByForm => (Flag(said) is { } byForm ? byForm && Flag(file.GetValueOrDefault(AddedAtSignIn, "X")) != false ? "open" : "closed" : null, "'X' or ''"),
            "_FORCE_AWAY_ON_SCREENSAVER" => (Flag(said) is { } forced ? forced ? AwayMinutes : 0 : null, "'X' or ''"),
            "_SKIN_FORCED_COLOR_CUSTOM_VERSION" => (Color(said), "red, green and blue such as 23-89-74"),
            "_AUTO_ADD_CONTACT_USER_ID" => (said.Length == 0 ? Array.Empty<string>() : null, "nothing, as numbers of accounts mean nothing here: name the usernames in contacts.autoAdd"),
            _ => ByType(option.Type, said),
        };
        if (read.Value is null) return (null, $"{option.Key}: the file says '{Shown(said)}', which is not {read.Expected}");
        var element = JsonSerializer.SerializeToElement(read.Value);
        return option.WhyNot(element) is { } why ? (null, $"{option.Key} {why.TrimEnd('.')}; the file says '{Shown(said)}'") : (element, null);
    }

    private static (object? Value, string Expected) ByType(OptionType type, string said) => type switch
    {
        OptionType.Flag => (Flag(said), "'X' or ''"),
        OptionType.Number => (said.Length == 0 ? 0 : int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, "a whole number"),
        OptionType.List => (said.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray(), ""),
        OptionType.Choice => (said.ToLowerInvariant(), ""),
        _ => (said.Trim(), ""),
    };

    private static bool? Flag(string said) => said switch { "" => false, "X" or "x" or "1" => true, _ => null };

    private static string? Color(string said)
    {
        if (said.Split('-') is not [var red, var green, var blue]) return said.Length == 0 ? "" : null;
        if (!byte.TryParse(red, out var r) || !byte.TryParse(green, out var g) || !byte.TryParse(blue, out var b)) return null;
        return (r, g, b) is (0, 0, 0) ? "" : $"#{r:x2}{g:x2}{b:x2}";
    }

    private static string Shown(string said) => new([.. said.Take(40).Select(character => char.IsControl(character) ? ' ' : character)]);
}
