using System.Text;

namespace IntraMessenger.Node.Accounts;

/// <summary>A username as it is written, compared, and looks.</summary>
/// <param name="Written">As it was given, NFKC.</param>
/// <param name="Key">What is compared: NFKC, without case.</param>
/// <param name="Skeleton">The key with letters and digits that look like Latin letters made these: two names with one skeleton look alike.</param>
internal sealed record Username(string Written, string Key, string Skeleton);

/// <summary>Responsible for which usernames there may be: 1-64 letters, ASCII digits, dots, underscores and hyphens of one script.</summary>
internal static class Usernames
{
    public const int MostCharacters = 64;

    private const string LookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwвbкkмmнhтtгrпnӏlıiαaοoρpνvιiκkτtυuεeηnχxγyβb1l0oǀlǃl";

    private static readonly Dictionary<char, char> ToLatin = LookAlikes.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The username, or why there can be none like this.</summary>
    public static (Username? Name, string? WhyNot) Read(string given)
    {
        if (given.Length is 0 or > MostCharacters * 4 || !IsWellFormed(given)) return (null, $"must have 1 to {MostCharacters} letters, digits, '.', '_' or '-'.");
        var written = given.Normalize(NormalizationForm.FormKC);
        if (written.Length is 0 or > MostCharacters) return (null, $"must have 1 to {MostCharacters} letters, digits, '.', '_' or '-'.");
        foreach (var rune in written.EnumerateRunes())
        {
            var good = rune.Value is '.' or '_' or '-' || Rune.IsLetter(rune) || rune is { IsAscii: true } && Rune.IsDigit(rune);
            if (!good) return (null, "may have letters, digits, '.', '_' and '-' only.");
        }

        var scripts = written.EnumerateRunes().Where(Rune.IsLetter).Select(ScriptOf).Distinct().Count();
        if (scripts > 1) return (null, "mixes letters of several scripts, which would let it look like another name.");

        var key = written.ToLowerInvariant().Normalize(NormalizationForm.FormKC);
        return (new Username(written, key, Skeleton(written)), null);
    }

    // A capital I is read as an l before the case is dropped, where a small i could no longer be told from it.
    private static string Skeleton(string written)
    {
        var key = written.Replace('I', 'l').ToLowerInvariant().Normalize(NormalizationForm.FormKC);
        return new string([.. key.Select(letter => ToLatin.GetValueOrDefault(letter, letter))]);
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    // Japanese mixes Han and kana, Korean Han and Hangul, by nature: they count as one.
    private static string ScriptOf(Rune rune) => rune.Value switch
    {
        < 0x0250 or (>= 0x1E00 and < 0x1F00) or (>= 0x2C60 and < 0x2C80) or (>= 0xA720 and < 0xA800) => "Latin",
        (>= 0x0370 and < 0x0400) or (>= 0x1F00 and < 0x2000) => "Greek",
        (>= 0x0400 and < 0x0530) or (>= 0x1C80 and < 0x1C90) or (>= 0x2DE0 and < 0x2E00) or (>= 0xA640 and < 0xA6A0) => "Cyrillic",
        (>= 0x0530 and < 0x0590) => "Armenian",
        (>= 0x0590 and < 0x0600) => "Hebrew",
        (>= 0x0600 and < 0x0780) or (>= 0x08A0 and < 0x0900) => "Arabic",
        (>= 0x0900 and < 0x0980) => "Devanagari",
        (>= 0x0E00 and < 0x0E80) => "Thai",
        (>= 0x10A0 and < 0x1100) => "Georgian",
        (>= 0x1100 and < 0x1200) or (>= 0x3040 and < 0xA000) or (>= 0xAC00 and < 0xD7B0) or (>= 0x20000 and < 0x30000) => "East Asian",
        (>= 0x13A0 and < 0x1400) or (>= 0xAB70 and < 0xABC0) => "Cherokee",
        var other => $"block {other >> 8}",
    };
}
