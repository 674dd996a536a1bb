using FsCheck;
using FsCheck.Fluent;
using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Tests.Accounts;

public sealed class UsernameTests
{
    [Fact]
    public void Read_OfAnyText_KeepsTheRulesOrRefuses()
    {
        Prop.ForAll<string?>(given =>
        {
            var (name, whyNot) = Usernames.Read(given ?? "");
            if (name is null) return whyNot is { Length: > 0 };
            return name.Written.Length is > 0 and <= 64 && name.Key.Length <= 64 && name.Skeleton.Length <= 64 && !name.Written.Any(char.IsControl)
                && !name.Written.Any(char.IsWhiteSpace);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_OfAGoodName_IsTheSameWhenReadAgain()
    {
        var letters = Gen.Elements("abcXYZ019._-ÄßéııſｱＡ１".ToCharArray());
        Prop.ForAll(letters.NonEmptyListOf().Where(list => list.Count <= 64).Select(list => new string([.. list])).ToArbitrary(), given =>
        {
            if (Usernames.Read(given).Name is not { } name) return true;
            var again = Usernames.Read(name.Written).Name;
            return again == name && Usernames.Read(name.Written.ToUpperInvariant()).Name?.Key == name.Key || name.Written.Contains('ı');
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("Иван")]
    [InlineData("Ελένη")]
    [InlineData("山田たろう")]
    [InlineData("김철수")]
    [InlineData("محمد")]
    [InlineData("Zoë-Éléonore")]
    [InlineData("o.k_1-2")]
    public void Read_OfANameInOneScript_IsGood(string given) => Usernames.Read(given).Name!.Written.ShouldBe(given);

    [Theory]
    [InlineData("admin", "adm\u0131n")] // a dotless i
    [InlineData("paypal", "раураӏ")] // Cyrillic, with a palochka for the l
    public void Read_OfNamesThatLookAlike_GivesOneSkeleton(string one, string other) =>
        Usernames.Read(other).Name!.Skeleton.ShouldBe(Usernames.Read(one).Name!.Skeleton);
}
