using System.Globalization;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node;

/// <summary>Responsible for gathering everything that is wrong with a request, field by field, before anything is done.</summary>
internal sealed class Checks
{
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Null where all is well.</summary>
    public Refusal? Refusal => _errors.Count > 0 ? Refusal.Invalid(_errors) : null;

    public Checks Require(bool good, string field, string text)
    {
        if (!good) _errors.TryAdd(field, [text]);
        return this;
    }

    /// <summary>One line of text of <paramref name="least"/> to <paramref name="most"/> characters; null is fine.</summary>
    public Checks Line(string? text, string field, int most, int least = 0) =>
        Require(text is null || text.Trim(' ', '\t', '\u00A0', '\u200C', '\u200D').Length >= least && text.Length <= most, field, $"must have {least} to {most} characters.")
            .Require(text is null || IsClean(text, lines: false), field, "may not have control characters, line breaks or marks that change the writing direction.");

    /// <summary>Text of several lines.</summary>
    public Checks Text(string text, string field, int most) =>
        Require(text.Length >= 1 && text.Length <= most, field, $"must have 1 to {most} characters.")
            .Require(IsClean(text, lines: true), field, "may not have control characters other than tab and line breaks.");

    // In one line an invisible mark can make a name read as another one; in a text it is part of writing. Joiners belong to letters and emoji.
    private static bool IsClean(string text, bool lines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
                i++;
            }
            else if (char.IsControl(text[i]))
            {
                if (!lines || text[i] is not ('\n' or '\r' or '\t')) return false;
            }
            else if (!lines && text[i] is not ('\u200C' or '\u200D') && CharUnicodeInfo.GetUnicodeCategory(text[i]) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return false;
            }
        }

        return true;
    }
}
