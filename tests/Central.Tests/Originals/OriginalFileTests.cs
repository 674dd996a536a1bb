using System.Text;
using IntraMessenger.Central.Originals;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Originals;

public sealed class OriginalFileTests
{
    /// <summary>A file with all 180 options.</summary>
    public static string Whole { get; } = Repository.Read("tests/Central.Tests/Originals/config.inc.php");

    [Fact]
    public void WholeFile_AccountsForEachOptionOnce()
    {
        var file = Read(Whole);
        file.Carried.Select(option => option.Name).Concat(file.Left.Select(option => option.Name)).Concat(file.Silent).Order(StringComparer.Ordinal)
            .ShouldBe(OriginalOptionTests.Names.Order(StringComparer.Ordinal));
        file.Carried.Single(option => option.Key == "contacts.max").Value.GetInt32().ShouldBe(20);
        file.Carried.Single(option => option.Key == "accounts.passwordMinLength").Value.GetInt32().ShouldBe(8);
        Why(file, "_MAX_NB_SESSION").ShouldContain("PHP expression");
        Why(file, "_SHARE_FILES_FTP_PASSWORD").ShouldStartWith("is gone: ");
        Why(file, "_ALLOW_HISTORY_MESSAGES").ShouldStartWith("arrives later, with retention: ");
        Why(file, "_ROLE_ID_DEFAULT_FOR_NEW_USER").ShouldStartWith("is no option any more (roles): ");
        file.Silent.ShouldContain("_SHOUTBOX");
    }

    /// <summary>The expression, numbers of accounts, and addresses and titles of which the other one holds.</summary>
    [Fact]
    public void WholeFile_LosesOnlyWhatCannotBeCarried() =>
        Read(Whole).Left.Where(left => OriginalOption.Find(left.Name)?.Decision == OriginalOption.Key).Select(left => left.Name)
            .ShouldBe(["_AUTO_ADD_CONTACT_USER_ID", "_MAX_NB_SESSION", "_SITE_TITLE_TO_SHOW"]);

    [Theory]
    [InlineData("_ALLOW_CONFERENCE", "X", "true")]
    [InlineData("_ALLOW_CONFERENCE", "x", "true")]
    [InlineData("_ALLOW_CONFERENCE", "", "false")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "0", "0")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "", "0")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "17", "17")]
    [InlineData("_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER", "X", "true")]
    [InlineData("_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER", "X", "\"open\"")]
    [InlineData("_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER", "", "\"closed\"")]
    [InlineData("_SKIN_FORCED_COLOR_CUSTOM_VERSION", "23-89-74", "\"#17594a\"")]
    [InlineData("_SKIN_FORCED_COLOR_CUSTOM_VERSION", "0-0-0", "\"\"")]
    [InlineData("_FORCE_AWAY_ON_SCREENSAVER", "X", "10")]
    [InlineData("_FORCE_AWAY_ON_SCREENSAVER", "", "0")]
    [InlineData("_BUSY_REASONS_LIST", " On the telephone;; In a meeting ;In a meeting;", "[\"On the telephone\",\"In a meeting\"]")]
    [InlineData("_AUTO_ADD_CONTACT_USER_ID", "", "[]")]
    [InlineData("_LANG", "FR", "\"fr\"")]
    public void Value_OfTheOriginal_BecomesThatOfTheCatalogue(string name, string said, string value)
    {
        var file = Read($"<?php define('{name}', '{said}');");
        file.Carried.ShouldHaveSingleItem().Value.GetRawText().ShouldBe(value, string.Join(", ", file.Left));
        file.Left.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("_ALLOW_CONFERENCE", "0", "conferences.enabled", "'X' or ''")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "10001", "contacts.max", "must be from 0 to 10000")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "-1", "contacts.max", "a whole number")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "99999999999", "contacts.max", "a whole number")]
    [InlineData("_MAX_NB_CONTACT_BY_USER", "many", "contacts.max", "a whole number")]
    [InlineData("_SKIN_FORCED_COLOR_CUSTOM_VERSION", "256-0-1", "look.color", "red, green and blue")]
    [InlineData("_AUTO_ADD_CONTACT_USER_ID", "1;7", "contacts.autoAdd", "usernames")]
    [InlineData("_LANG", "BR", "look.language", "must be one of")]
    [InlineData("_SITE_URL_TO_SHOW", "javascript:alert(1)", "look.link", "such as https://")]
    public void Value_ThatTheCatalogueRefuses_IsNamedWithTheKeyAndTheRule(string name, string said, string key, string rule)
    {
        var file = Read($"<?php define('{name}', '{said}');");
        file.Carried.ShouldBeEmpty();
        Why(file, name).ShouldContain(key);
        Why(file, name).ShouldContain(rule);
    }

    [Theory]
    [InlineData("", "X", "false", "\"closed\"")]
    [InlineData("X", "X", "false", "\"open\"")]
    [InlineData("X", "", "true", "\"closed\"")]
    [InlineData("", "", "false", "\"closed\"")]
    public void NewAccounts_ComeAsTheTwoOptionsSayTogether(string atSignIn, string byForm, string createAtSignIn, string registration)
    {
        var file = Read($"<?php define('_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER', '{atSignIn}'); define('_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER', '{byForm}');");
        file.Carried.Select(option => (option.Key, option.Value.GetRawText())).ShouldBe([("accounts.createAtSignIn", createAtSignIn), ("accounts.registration", registration)]);
    }

    [Fact]
    public void NewAccounts_WithACode_ComeByTheFormThatAsksForIt()
    {
        var file = Read("<?php define('_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER', 'X'); define('_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER', ''); define('_PASSWORD_FOR_PRIVATE_SERVER', 'among us');");
        file.Carried.Single(option => option.Key == "accounts.createAtSignIn").Value.GetBoolean().ShouldBeFalse();
        file.Carried.Single(option => option.Key == "accounts.registration").Value.GetString().ShouldBe("open");
    }

    [Theory]
    [InlineData("One", "", "One", "_SITE_TITLE", 0)]
    [InlineData("", "Two", "Two", "_SITE_TITLE_TO_SHOW", 0)]
    [InlineData("One", "Two", "One", "_SITE_TITLE", 1)]
    [InlineData("One", "One", "One", "_SITE_TITLE", 0)]
    public void TwoOptionsThatBecameOne_TheFirstThatSaysSomethingHolds(string first, string second, string title, string name, int left)
    {
        var file = Read($"<?php define('_SITE_TITLE_TO_SHOW', '{second}'); define('_SITE_TITLE', '{first}');");
        var carried = file.Carried.ShouldHaveSingleItem();
        (carried.Key, carried.Value.GetString(), carried.Name).ShouldBe(("look.title", title, name));
        (file.Left.Count, file.Silent.Count).ShouldBe((left, 1 - left));
    }

    [Fact]
    public void Name_ThatIsNone_IsSaid() => Why(Read("<?php define('_NO_SUCH_OPTION', '');"), "_NO_SUCH_OPTION").ShouldBe("is no option of the original");

    private static OriginalFile Read(string php) => OriginalFile.Read(Encoding.UTF8.GetBytes(php));

    private static string Why(OriginalFile file, string name) => file.Left.Single(left => left.Name == name).Why;
}
