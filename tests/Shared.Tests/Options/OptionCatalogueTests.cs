using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Shared.Tests.Options;

public sealed class OptionCatalogueTests
{
    [Fact]
    public void EveryOption_IsToldInTwoLanguagesAndAcceptsItsDefault()
    {
        OptionCatalogue.All.Count.ShouldBeGreaterThan(10);
        foreach (var (key, option) in OptionCatalogue.All)
        {
            key.ShouldMatch("^[a-z]+\\.[a-z][A-Za-z]+$");
            option.English.ShouldEndWith(".");
            option.French.ShouldEndWith(".");
            option.WhyNot(option.Default).ShouldBeNull(key);
            option.Since.ShouldBeInRange(1, OptionCatalogue.Version);
        }
    }

    [Theory]
    [InlineData("contacts.max", "-1", "from 0")]
    [InlineData("contacts.max", "10001", "to 10000")]
    [InlineData("contacts.max", "\"3\"", "a whole number")]
    [InlineData("contacts.max", "3.5", "a whole number")]
    [InlineData("contacts.max", "null", "a whole number")]
    [InlineData("accounts.createAtSignIn", "1", "true or false")]
    [InlineData("accounts.registration", "\"maybe\"", "open, closed")]
    [InlineData("limits.trustedProxies", "[\"10.0.0.0/8\",\"proxy\"]", "'proxy'")]
    [InlineData("limits.trustedProxies", "\"10.0.0.0/8\"", "a list of texts")]
    [InlineData("look.color", "\"green\"", "#17594a")]
    [InlineData("look.color", "\"#17594\"", "#17594a")]
    [InlineData("look.color", "\"#17594g\"", "#17594a")]
    [InlineData("look.link", "\"javascript:alert(1)\"", "https://")]
    [InlineData("look.banner", "\"two\\nlines\"", "one line")]
    [InlineData("look.helpEmail", "\"help\"", "e-mail")]
    [InlineData("look.helpEmail", "\"a@b c\"", "e-mail")]
    [InlineData("look.language", "\"de\"", "auto, en, fr")]
    [InlineData("presence.busyReasons", "[\"a\",\"a\"]", "twice")]
    public void Value_ThatMayNotBe_IsExplained(string key, string json, string why) =>
        OptionCatalogue.All[key].WhyNot(JsonDocument.Parse(json).RootElement).ShouldNotBeNull().ShouldContain(why);

    [Fact]
    public void Errors_NameUnknownKeysOnlyWhereStrict()
    {
        var values = new Dictionary<string, JsonElement> { ["unknown.key"] = JsonDocument.Parse("1").RootElement };
        OptionCatalogue.Errors(values, strict: true).Keys.ShouldBe(["unknown.key"]);
        OptionCatalogue.Errors(values, strict: false).ShouldBeEmpty();
    }
}
