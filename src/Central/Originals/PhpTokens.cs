using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IntraMessenger.Central.Originals;

internal enum PhpTokenKind
{
    Word,
    Text,
    Number,
    Sign,

    /// <summary>A string whose value only PHP could tell.</summary>
    Live,
}

internal readonly record struct PhpToken(PhpTokenKind Kind, string Text, int Line)
{
    public bool IsSign(char sign) => Kind == PhpTokenKind.Sign && Text[0] == sign;

    public bool IsWord(string word) => Kind == PhpTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Responsible for the tokens of a PHP file, without its comments and what stands outside its tags. Nothing is executed.</summary>
internal sealed partial class PhpTokens(string source)
{
    private int _at;
    private int _counted;
    private int _line = 1;

    /// <summary>Throws <see cref="InvalidDataException"/> where a string or a comment does not end.</summary>
    public static List<PhpToken> Of(string source) => new PhpTokens(source).Read();

    private List<PhpToken> Read()
    {
        var tokens = new List<PhpToken>();
        if (source.Contains("<?", StringComparison.Ordinal)) EnterPhp();
        while (_at < source.Length)
        {
            var first = source[_at];
            if (char.IsWhiteSpace(first)) _at++;
            else if (At("?>")) tokens.Add(LeavePhp());
            else if (first == '#' || At("//")) _at = Line().Match(source, _at).Index;
            else if (At("/*")) _at = Past("*/", _at + 2, "comment");
            else if (first is '\'' or '"' or '`') tokens.Add(Quoted(first));
            else if (Heredoc().Match(source, _at) is { Success: true } heredoc) tokens.Add(Until(heredoc));
            else if (Number().Match(source, _at) is { Success: true } number) tokens.Add(Take(PhpTokenKind.Number, number.Length));
            else if (Word().Match(source, _at) is { Success: true } word) tokens.Add(Take(PhpTokenKind.Word, word.Length));
            else tokens.Add(Take(PhpTokenKind.Sign, 1));
        }

        return tokens;
    }

    private void EnterPhp()
    {
        var tag = source.IndexOf("<?", _at, StringComparison.Ordinal);
        _at = tag < 0 ? source.Length : tag + 2;
        if (string.Compare(source, _at, "php", 0, 3, StringComparison.OrdinalIgnoreCase) == 0) _at += 3;
    }

    /// <summary>The end of a tag ends a statement too.</summary>
    private PhpToken LeavePhp()
    {
        var line = LineOf(_at);
        EnterPhp();
        return new(PhpTokenKind.Sign, ";", line);
    }

    private PhpToken Take(PhpTokenKind kind, int length)
    {
        var token = new PhpToken(kind, source.Substring(_at, length), LineOf(_at));
        _at += length;
        return token;
    }

    private PhpToken Until(Match heredoc)
    {
        var (start, label) = (_at, heredoc.Groups["label"].Value);
        var end = new Regex($@"^[ \t]*{label}\b", RegexOptions.Multiline | RegexOptions.CultureInvariant).Match(source, start + heredoc.Length);
        if (!end.Success) throw Unended("text", start);
        _at = end.Index + end.Length;
        return new(PhpTokenKind.Live, "", LineOf(start));
    }

    private PhpToken Quoted(char quote)
    {
        var start = _at++;
        var (text, isLive) = (new StringBuilder(), quote == '`');
        while (_at < source.Length && source[_at] != quote)
        {
            isLive |= quote == '"' && Variable().IsMatch(source, _at);
            if (source[_at] == '\\') text.Append(Escaped(quote));
            else text.Append(source[_at++]);
        }

        if (_at++ >= source.Length) throw Unended("string", start);
        return new(isLive ? PhpTokenKind.Live : PhpTokenKind.Text, text.ToString(), LineOf(start));
    }

    /// <summary>What the backslash here and what follows it stand for; where PHP knows no such escape, for themselves.</summary>
    private string Escaped(char quote)
    {
        var next = _at + 1 < source.Length ? source[_at + 1] : ' ';
        if (quote == '"' && Code().Match(source, _at) is { Success: true } code)
        {
            _at += code.Length;
            var number = code.Groups["octal"] is { Success: true } octal ? Convert.ToInt32(octal.Value, 8) & 0xFF : int.Parse(code.Groups["hex"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return Rune.IsValid(number) ? new Rune(number).ToString() : Rune.ReplacementChar.ToString();
        }

        var at = quote == '"' ? "ntrvef\\$\"".IndexOf(next, StringComparison.Ordinal) : next == '\\' || next == quote ? 0 : -1;
        var known = quote == '"' && at >= 0 ? "\n\t\r\v\e\f\\$\""[at] : next;
        var length = Math.Min(2, source.Length - _at);
        var text = at >= 0 ? known.ToString() : source.Substring(_at, length);
        _at += length;
        return text;
    }

    private int Past(string end, int from, string what)
    {
        var at = source.IndexOf(end, from, StringComparison.Ordinal);
        return at >= 0 ? at + end.Length : throw Unended(what, _at);
    }

    private InvalidDataException Unended(string what, int start) => new($"The {what} that begins in line {LineOf(start)} does not end.");

    private bool At(string text) => string.CompareOrdinal(source, _at, text, 0, text.Length) == 0;

    /// <summary>Counts on from where it was asked for last.</summary>
    private int LineOf(int at)
    {
        if (at > _counted)
        {
            _line += source.AsSpan(_counted, at - _counted).Count('\n');
            _counted = at;
        }

        return _line;
    }

    [GeneratedRegex(@"\G[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\G[0-9][A-Za-z0-9_.]*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\G<<<[ \t]*([""']?)(?<label>[A-Za-z_][A-Za-z0-9_]*)\1\r?\n")]
    private static partial Regex Heredoc();

    /// <summary>Where a comment of one line ends.</summary>
    [GeneratedRegex(@"\r|\n|\?>|\z")]
    private static partial Regex Line();

    [GeneratedRegex(@"\G(?:\$[A-Za-z_{\u0080-\uffff]|\{\$)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\G\\(?:(?<octal>[0-7]{1,3})|x(?<hex>[0-9A-Fa-f]{1,2})|u\{(?<hex>[0-9A-Fa-f]{1,6})\})")]
    private static partial Regex Code();
}
