using IntraMessenger.Central.Originals;
using IntraMessenger.Shared.Options;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Originals;

public sealed class OriginalOptionTests
{
    public static IReadOnlyList<string> Names { get; } = Repository.Read("tests/Central.Tests/Originals/names.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Page_DecidesEachOfThe180OptionsOnce()
    {
        Names.Distinct().Count().ShouldBe(180);
        OriginalOption.All.Select(option => option.Name).ShouldBe(Names);
    }

    [Fact]
    public void Page_SaysAReasonForEachDecision()
    {
        foreach (var option in OriginalOption.All)
        {
            option.Decision.ShouldBeOneOf("key", "later", "feature", "gone");
            (option.Target.Length > 1).ShouldBe(option.Decision != "gone", option.Name);
            option.Why.Length.ShouldBeGreaterThan(5, option.Name);
        }
    }

    [Fact]
    public void Page_NamesTheKeysThatTheCatalogueSaysStandForThem()
    {
        var decided = OriginalOption.All.Where(option => option.Decision == OriginalOption.Key).Select(option => $"{option.Name} {option.Target}");
        var declared = OptionCatalogue.All.Values.SelectMany(option => option.Originals.Select(name => $"{name} {option.Key}"));
        decided.ShouldBe(declared, ignoreOrder: true);
    }
}
