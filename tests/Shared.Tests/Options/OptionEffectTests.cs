using System.Text.RegularExpressions;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Options;

/// <summary>
/// No option does nothing: for each there is a test that fails where the product does not heed it. In C# it carries <c>[Trait("effect", "contacts.max")]</c>,
/// in the page's tests it stands below <c>// effect: contacts.max</c>, and its file says a value of the option or looks at its key in an answer.
/// </summary>
public sealed partial class OptionEffectTests
{
    [Fact]
    public void EveryOption_HasATestOfItsEffect() =>
        OptionCatalogue.All.Keys.Except(Effects().Select(effect => effect.Key)).ShouldBeEmpty();

    [Fact]
    public void EveryTestOfAnEffect_IsATestOfAnOptionThatThereIs()
    {
        foreach (var (key, file, source, after) in Effects())
        {
            OptionCatalogue.All.Keys.ShouldContain(key, file);
            Test().IsMatch(after).ShouldBeTrue($"{file}: no test follows the effect of {key}");
            Effect().Replace(source, "").ShouldMatch($"""['"]{Regex.Escape(key)}['"]|\b{OptionCatalogue.All[key].Property.Name} = """, $"{file} does not say a value of {key}");
        }
    }

    /// <summary>Keys, where they are told of, and what follows.</summary>
    private static IEnumerable<(string Key, string File, string Source, string After)> Effects() =>
        from path in Files("tests", "*.cs").Concat(Files("src/Web/chat", "*.test.ts"))
        let source = File.ReadAllText(path)
        from Match match in Effect().Matches(source)
        select (match.Groups["key"].Value, Path.GetFileName(path), source, source[(match.Index + match.Length)..]);

    private static IEnumerable<string> Files(string folder, string names) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), names, SearchOption.AllDirectories);

    [GeneratedRegex(@"^ *(?:\[Trait\(""effect"", ""(?<key>[^""]*)""\)\]|// effect: (?<key>.*))\n", RegexOptions.Multiline)]
    private static partial Regex Effect();

    /// <summary>Further attributes or effects, and then a test.</summary>
    [GeneratedRegex(@"^(?: *(?:\[.*\]|// effect: .*)\n)* *(?:public (?:async )?(?:Task|void) |(?:it|test)\()")]
    private static partial Regex Test();
}
