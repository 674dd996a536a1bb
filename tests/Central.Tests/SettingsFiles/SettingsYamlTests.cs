using System.Text.Json;
using IntraMessenger.Central.Settings;
using IntraMessenger.Central.SettingsFiles;

namespace IntraMessenger.Central.Tests.SettingsFiles;

public sealed class SettingsYamlTests
{
    [Fact]
    public void File_IsWrittenInOneOrderWithUnits() => SettingsYamlWriter.Write(new(
        Options(("sessions.lifetimeHours", 24), ("limits.trustedProxies", new[] { "::1/128" })),
        new Dictionary<string, FilePolicySet?> { ["a"] = new("a", ["limits.trustedProxies"], Options(("messages.allowOffline", false), ("contacts.max", 3))), ["empty"] = new("e", null, Options()) },
        new Dictionary<string, FileRole?> { ["Help desk: 1st"] = new(2, true, Options(("contacts.max", 0))) },
        new FileOrigin("e-1", "0-4", new Dictionary<string, string> { ["a"] = "1-2", ["empty"] = "2-1" }, new Dictionary<string, string> { ["Help desk: 1st"] = "1-7" }))).ShouldBe("""
        # Settings of an IntraMessenger cluster: docs/options.md says what the keys mean.
        # What is not named here stays as it is; what is named says this and nothing else.
        # madeFrom: an import over newer versions than these is refused.
        clusterDefaults:
          limits.trustedProxies: ['::1/128']
          sessions.lifetimeHours: 24 # hours
        policySets:
          a:
            prefix: a
            locked: [limits.trustedProxies]
            options:
              contacts.max: 3 # contacts
              messages.allowOffline: false
          empty:
            prefix: e
            options: {}
        roles:
          'Help desk: 1st':
            priority: 2
            default: true
            options:
              contacts.max: 0 # contacts
        madeFrom:
          epoch: e-1
          clusterDefaults: 0-4
          policySets:
            a: 1-2
            empty: 2-1
          roles:
            'Help desk: 1st': 1-7

        """);

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("007")]
    [InlineData("-5")]
    [InlineData("112")]
    [InlineData(" around ")]
    [InlineData("a: b # c")]
    [InlineData("- item")]
    [InlineData("'quoted' \"twice\"")]
    [InlineData("É 日本 😀 \\ \u00a0 \u2028")]
    [InlineData("*reference &anchor !tag %directive @at `tick {brace [bracket")]
    public void Text_IsReadAsItWasWritten(string text)
    {
        var file = new SettingsFile(Options(("look.title", text), ("presence.reasons", new[] { text, "x" })), new Dictionary<string, FilePolicySet?> { [text] = new(text, [text], Options()) });
        var read = SettingsYaml.Read(SettingsYamlWriter.Write(file));
        read.ClusterDefaults!["look.title"].GetString().ShouldBe(text);
        read.ClusterDefaults["presence.reasons"].EnumerateArray().Select(item => item.GetString()).ShouldBe([text, "x"]);
        var (key, set) = read.PolicySets!.ShouldHaveSingleItem();
        (key, set!.Prefix, set.Locked!.Single()).ShouldBe((text, text, text));
    }

    [Fact]
    public void Json_IsRightAsWell()
    {
        var file = SettingsYaml.Read("""{"clusterDefaults": {"contacts.max": 7, "messages.allowOffline": true}, "roles": {"Support": {"priority": 3}}}""");
        file.ClusterDefaults!["contacts.max"].GetInt32().ShouldBe(7);
        file.ClusterDefaults["messages.allowOffline"].GetBoolean().ShouldBeTrue();
        (file.Roles!["Support"]!.Priority, file.PolicySets).ShouldBe((3, null));
    }

    [Fact]
    public void Nothing_StandsForWhatIsInherited()
    {
        var wanted = SettingsYaml.Read("clusterDefaults: {contacts.max: ~}\npolicySets:\n  a:\n  b: {locked: [~]}\nroles:\n  Support:").Wanted(force: false);
        wanted.Select(sheet => sheet.Name).ShouldBe(["", "a", "b", "Support"]);
        foreach (var sheet in wanted)
        {
            var content = sheet.Becomes(SheetContent.Empty);
            (content.Options.Count, content.Locked).ShouldBe((0, null));
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# nothing", "empty")]
    [InlineData("null", "empty")]
    [InlineData("- a\n- b", "$")]
    [InlineData("a text", "$")]
    [InlineData("policySet:\n  a: {}", "policySet")]
    [InlineData("policySets:\n  a: 5", "policySets.a")]
    [InlineData("roles:\n  x:\n    priority: high", "roles.x.priority")]
    [InlineData("clusterDefaults:\n  contacts.max: 1\n  contacts.max: 2", "'contacts.max' stands here twice")]
    [InlineData("clusterDefaults: {contacts.max: 1", "Line ")]
    [InlineData("clusterDefaults:\n\tcontacts.max: 1", "tab")]
    [InlineData("clusterDefaults: &x {}\nroles: *x", "References")]
    [InlineData("clusterDefaults: {}\n---\nroles: {}", "more than one")]
    [InlineData("? [a]\n: b", "A key must be a text")]
    [InlineData("[[[[[[[[[[[[1]]]]]]]]]]]]", "nested too deeply")]
    public void File_ThatIsNone_IsRefusedWithASentence(string yaml, string reason)
    {
        var why = Should.Throw<InvalidDataException>(() => SettingsYaml.Read(yaml)).Message;
        why.ShouldContain(reason);
        why.ShouldNotContain("\n");
    }

    private const string Marks = "\"'{}[]:,#&*!|>-?%@`\n\t \0x";

    /// <summary>Five thousand broken files, always the same ones.</summary>
    [Fact]
    public void File_MutatedAnyhow_IsReadOrRefusedWithASentence()
    {
        var random = new Random(5);
        var whole = SettingsYamlWriter.Write(new(Options(("contacts.max", 7), ("look.title", "a: b")), new Dictionary<string, FilePolicySet?> { ["a"] = new("a", ["x", "y"], Options(("messages.allowOffline", true))) }));
        var refused = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var text = whole.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--) text[random.Next(text.Length)] = Marks[random.Next(Marks.Length)];
            try
            {
                foreach (var wanted in SettingsYaml.Read(new string(text)).Wanted(force: false)) wanted.Becomes(SheetContent.Empty);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(500, 4_900);
    }

    private static Dictionary<string, JsonElement> Options(params (string Key, object Value)[] options) =>
        options.ToDictionary(option => option.Key, option => JsonSerializer.SerializeToElement(option.Value));
}
