using System.Globalization;
using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Originals;

/// <summary>Responsible for what a value of the original is in the catalogue: <c>'X'</c> is on, nothing is off, lists have semicolons.</summary>
internal static class OriginalValues
{
    /// <summary>A screensaver is not seen by the page; no input is.</summary>
    private const int AwayMinutes = 10;

    private const string OnOrOff = "must be 'X' or ''";
    private const string AddedAtSignIn = "_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER";
    private const string AddedByForm = "_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER";
    private const string Code = "_PASSWORD_FOR_PRIVATE_SERVER";

    /// <summary>The value of <paramref name="option"/> that the file's <paramref name="name"/> comes to, or why there is none.</summary>
    public static (JsonElement? Value, string? WhyNot) Of(OptionDefinition option, string name, IReadOnlyDictionary<string, string> file)
    {
        var said = file[name];
        (object? Value, string Rule) read = name switch
        {
            AddedAtSignIn => (Flag(said) is { } added ? added && !IsByForm(file) : null, OnOrOff),
            AddedByForm => (Flag(said) is not null ? IsByForm(file) && Flag(file.GetValueOrDefault(AddedAtSignIn, "X")) != false ? "open" : "closed" : null, OnOrOff),
            "_FORCE_AWAY_ON_SCREENSAVER" => (Flag(said) is { } forced ? forced ? AwayMinutes : 0 : null, OnOrOff),
            "_SKIN_FORCED_COLOR_CUSTOM_VERSION" => (Color(said), "must be red, green and blue such as 23-89-74"),
            "_AUTO_ADD_CONTACT_USER_ID" => (said.Length == 0 ? Array.Empty<string>() : null, "takes usernames: numbers of accounts mean nothing here"),
            _ => ByType(option.Type, said),
        };
        var element = JsonSerializer.SerializeToElement(read.Value);
        return (read.Value is null ? read.Rule : option.WhyNot(element)) is { } why ? (null, $"{option.Key} {why.TrimEnd('.')}{Shown(option, said)}") : (element, null);
    }

    /// <summary>A code is asked for by the form only.</summary>
    private static bool IsByForm(IReadOnlyDictionary<string, string> file) => Flag(file.GetValueOrDefault(AddedByForm, "")) == true || file.GetValueOrDefault(Code, "").Length > 0;

    private static (object? Value, string Rule) ByType(OptionType type, string said) => type switch
    {
        OptionType.Flag => (Flag(said), OnOrOff),
        OptionType.Number => (said.Length == 0 ? 0 : int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, "must be a whole number"),
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

    // A text may be a secret.
    private static string Shown(OptionDefinition option, string said) => option.Type is OptionType.Text or OptionType.List
        ? ""
        : $"; the file says '{new([.. said.Take(40).Select(character => char.IsControl(character) ? ' ' : character)])}'";
}
