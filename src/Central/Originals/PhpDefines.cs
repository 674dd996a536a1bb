using System.Text;
using System.Text.RegularExpressions;

namespace IntraMessenger.Central.Originals;

/// <summary>A constant that a PHP file defines.</summary>
/// <param name="Value">As a text, whatever PHP's type is; null where it cannot be told.</param>
/// <param name="WhyNot">Why it cannot be told.</param>
internal sealed record PhpDefine(string Name, string? Value, string? WhyNot);

/// <summary>Responsible for the <c>define</c>s of a PHP file. Nothing is executed: what would have to be is named instead.</summary>
internal sealed partial class PhpDefines(List<PhpToken> tokens)
{
    /// <summary>An option file of the original has some 20 KB.</summary>
    public const int MostBytes = 1 << 20;

    private static readonly string[] BlockWords = ["if", "for", "foreach", "while", "switch"];
    private static readonly string[] EndWords = [.. BlockWords.Select(word => "end" + word)];

    private readonly Dictionary<string, string> _constants = [];

    /// <summary>In the order of the file. Throws <see cref="InvalidDataException"/> where it is no PHP file or half of one.</summary>
    public static IReadOnlyList<PhpDefine> Read(byte[] file)
    {
        if (file.Length > MostBytes) throw new InvalidDataException($"The file has {file.Length} bytes; an option file has {MostBytes} at the most.");
        if (file.Contains((byte)0)) throw new InvalidDataException("The file has bytes of value 0: it is no PHP file in UTF-8 or Latin-1.");
        return new PhpDefines(PhpTokens.Of(Text(file))).Read();
    }

    private static string Text(byte[] file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(file);
        }
    }

    private List<PhpDefine> Read()
    {
        var defines = new List<PhpDefine>();
        var blocks = 0;
        var parentheses = new Stack<bool>(); // whether each belongs to an if or a loop
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].IsSign('{')) blocks++;
            if (tokens[at].IsSign('}') || EndsBlock(at)) blocks--;
            if (tokens[at].IsSign('(')) parentheses.Push(at > 0 && IsStatement(at - 1, BlockWords));
            // if (...): is if (...) { in other words.
            if (tokens[at].IsSign(')') && parentheses.TryPop(out var belongs) && belongs && at + 1 < tokens.Count && tokens[at + 1].IsSign(':')) blocks++;
            if (!IsCall(at)) continue;
            var (arguments, end) = Arguments(at + 1);
            defines.Add(Define(tokens[at].Line, arguments, isCertain: blocks == 0 && BeginsStatement(at)));
            at = end;
        }

        return defines;
    }

    private bool EndsBlock(int at) => tokens[at].Text.StartsWith("end", StringComparison.OrdinalIgnoreCase) && IsStatement(at, EndWords);

    private bool IsStatement(int at, string[] words) => words.Any(tokens[at].IsWord) && !IsName(at);

    private bool IsCall(int at) => tokens[at].IsWord("define") && at + 1 < tokens.Count && tokens[at + 1].IsSign('(') && !IsName(at);

    /// <summary>Whether what stands before it makes it the name of something else.</summary>
    private bool IsName(int at) =>
        at > 0 && (tokens[at - 1].IsSign('>') || tokens[at - 1].IsSign('$') || tokens[at - 1].IsWord("function") || tokens[at - 1].IsWord("new")
            || at > 1 && tokens[at - 1].IsSign(':') && tokens[at - 2].IsSign(':'));

    private bool BeginsStatement(int at)
    {
        while (at > 0 && (tokens[at - 1].IsSign('@') || tokens[at - 1].IsSign('\\'))) at--;
        return at == 0 || tokens[at - 1].IsSign(';') || tokens[at - 1].IsSign('}');
    }

    /// <summary>What stands between the parentheses, by the commas, and where they end.</summary>
    private (List<List<PhpToken>> Arguments, int End) Arguments(int open)
    {
        var arguments = new List<List<PhpToken>> { new() };
        var depth = 0;
        for (var at = open; at < tokens.Count; at++)
        {
            var token = tokens[at];
            if (token.IsSign('(') || token.IsSign('[')) depth++;
            if (token.IsSign(')') || token.IsSign(']')) depth--;
            if (depth == 0) return (arguments, at);
            if (at == open) continue;
            if (depth == 1 && token.IsSign(',')) arguments.Add([]);
            else arguments[^1].Add(token);
        }

        throw new InvalidDataException($"The define in line {tokens[open].Line} does not end.");
    }

    private PhpDefine Define(int line, List<List<PhpToken>> arguments, bool isCertain)
    {
        if (arguments[0] is not [{ Kind: PhpTokenKind.Text } named] || !Name().IsMatch(named.Text))
            return new($"define in line {line}", null, "its name is a PHP expression, and nothing is executed");
        var (name, value) = (named.Text, arguments.Count is 2 or 3 ? Value(arguments[1]) : null);
        if (!isCertain) return new(name, null, $"line {line} defines it under a condition, and nothing is executed: write it outside");
        if (value is null) return new(name, null, $"its value in line {line} is a PHP expression, and nothing is executed: write the value itself");
        return _constants.TryAdd(name, value) ? new(name, value, null) : new(name, null, $"line {line} defines it once more; the first value holds, as in PHP");
    }

    private string? Value(List<PhpToken> tokens) => tokens switch
    {
        [{ Kind: PhpTokenKind.Text } text] => text.Text,
        [{ Kind: PhpTokenKind.Number } number] when Whole().IsMatch(number.Text) => number.Text,
        [{ Kind: PhpTokenKind.Sign, Text: "-" }, { Kind: PhpTokenKind.Number } number] when Whole().IsMatch(number.Text) => "-" + number.Text,
        [var word] when word.IsWord("true") => "1",
        [var word] when word.IsWord("false") || word.IsWord("null") => "",
        [{ Kind: PhpTokenKind.Word } constant] => _constants.GetValueOrDefault(constant.Text),
        _ => null,
    };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex Name();

    /// <summary>Others that begin with 0 are octal.</summary>
    [GeneratedRegex(@"^(?:0|[1-9][0-9]*)\z")]
    private static partial Regex Whole();
}
