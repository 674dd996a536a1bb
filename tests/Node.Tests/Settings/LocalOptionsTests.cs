using System.Text;
using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>What the local file of a node may say, and what control is told of it.</summary>
public sealed class LocalOptionsTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _control.StartAsync();
        _node = await _cluster.StartNodeAsync(new NodeSetup("a")
        {
            Control = _control.Url,
            Local = new Dictionary<string, object>
            {
                ["limits.signInsPerMinute"] = 1,
                ["limits.trustedProxies"] = new[] { "10.0.0.0/8" },
                ["limits.requestsPerSecond"] = -4,
                ["contacts.max"] = 9,
                ["no.such"] = 1,
            },
        });
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _control.DisposeAsync();
    }

    private async Task<string> SayAsync(params string[] locked)
    {
        var etag = _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", ("limits.signInsPerMinute", 500)) with { Locked = locked });
        await Eventually.HoldsAsync(() => _control.LastReport?.AppliedETag == etag, "it is reported");
        return etag;
    }

    private async Task<int[]> SignInsAsync()
    {
        var alice = await _node.AddAsync("alice");
        return [(await _node.SignInAsync(alice.Username)).Status, (await _node.SignInAsync(alice.Username)).Status];
    }

    [Fact]
    public async Task LocalFile_SaysWhatANodeMaySay_AndTheRestIsToldWithItsReason()
    {
        await SayAsync();
        (await SignInsAsync()).ShouldBe([201, 429]);
        var report = _control.LastReport!;
        report.Local.Keys.ShouldBe(["limits.signInsPerMinute", "limits.trustedProxies"], ignoreOrder: true);
        report.Effective["limits.signInsPerMinute"].GetInt32().ShouldBe(1);
        report.Effective["limits.trustedProxies"].ToString().ShouldBe("""["10.0.0.0/8"]""");
        report.Effective["contacts.max"].GetInt32().ShouldBe(200);
        report.NotApplied.Keys.ShouldBe(["limits.requestsPerSecond", "contacts.max", "no.such"], ignoreOrder: true);
        report.NotApplied["limits.requestsPerSecond"].ShouldContain("from 0");
        report.NotApplied["contacts.max"].ShouldContain("may not override");
        report.NotApplied["no.such"].ShouldContain("not an option");
    }

    [Fact]
    public async Task Lock_OfThePolicySet_IsStrongerThanTheLocalFile()
    {
        await SayAsync("limits.signInsPerMinute", "limits.requestsPerSecond", "limits.trustedProxies");
        (await SignInsAsync()).ShouldBe([201, 201]);
        _control.LastReport!.NotApplied["limits.signInsPerMinute"].ShouldBe("Policy set a locks it.");
        _control.LastReport.Effective["limits.signInsPerMinute"].GetInt32().ShouldBe(500);
        _control.LastReport.Locked!.Keys.ShouldBe(["limits.signInsPerMinute", "limits.trustedProxies"], ignoreOrder: true, "the third would not hold without the lock either");
        _control.LastReport.Locked["limits.signInsPerMinute"].GetInt32().ShouldBe(1);
        await SayAsync();
        (await SignInsAsync()).ShouldBe([201, 429]);
    }

    [Fact]
    public async Task UnknownKey_OfANewerCentral_IsPassedOverAndReported()
    {
        var document = _cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 6));
        var newer = document with { Options = document.Options.Append(new("future.option", JsonSerializer.SerializeToElement("x"))).ToDictionary() };
        var etag = _control.Say(newer);
        await Eventually.HoldsAsync(() => _control.LastReport?.AppliedETag == etag, "it is in force");
        _control.LastReport!.Unknown.ShouldBe(["future.option"]);
        _control.LastReport.Effective["contacts.max"].GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task Document_ThatWasDamagedOnItsWay_IsRefusedWholeReportedAndAskedForAgain()
    {
        var good = await SayAsync();
        var content = JsonSerializer.SerializeToUtf8Bytes(_cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", 7)), Json.Options);
        var etag = Shared.Cluster.DocumentTag.Of(content);

        _control.Say(content[..(content.Length / 2)], etag);
        await Eventually.HoldsAsync(() => _control.LastReport?.Refused?.Reason.Contains("checksum") == true, "the checksum is looked at");
        _control.LastReport!.AppliedETag.ShouldBe(good);
        _control.LastHeartbeat!.AppliedETag.ShouldBe(good);

        _control.Say(content[..(content.Length / 2)]);
        await Eventually.HoldsAsync(() => _control.LastReport?.Refused?.Reason.Contains("cannot be read") == true, "half a document is none");
        _control.Say(Encoding.UTF8.GetBytes("null"));
        await Eventually.HoldsAsync(() => _control.LastReport?.Refused?.Reason.Contains("empty") == true, "nothing is none");
        _control.LastReport!.Effective["contacts.max"].GetInt32().ShouldBe(200);

        _control.Say(content);
        await Eventually.HoldsAsync(() => _control.LastReport is { Refused: null } report && report.AppliedETag == etag, "the whole one is in force");
    }

    [Fact]
    public async Task Value_ThatIsWrong_IsReportedByItsKey()
    {
        await SayAsync();
        _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", ("contacts.max", -1), ("messages.maxLength", "long")));
        await Eventually.HoldsAsync(() => _control.LastReport?.Refused is not null, "it is refused");
        _control.LastReport!.Refused!.Keys.Keys.ShouldBe(["contacts.max", "messages.maxLength"], ignoreOrder: true);
        _control.LastReport.Refused.Keys["contacts.max"].ShouldContain("from 0");
    }

    [Fact]
    public async Task Values_ThatAreAllWrong_AreReportedByTheirKeys_AndTheReasonStaysShort()
    {
        await SayAsync();
        _control.Say(_cluster.Settings(_node.Name, _node.Id, "a", [.. OptionCatalogue.All.Keys.Select(key => (key, (object)new { wrong = new string('x', 100) })), ("limits.trustedProxies", new[] { new string('x', 9_000) })]));
        await Eventually.HoldsAsync(() => _control.LastReport?.Refused is not null, "it is refused");
        _control.LastReport!.Refused!.Keys.Keys.ShouldBe(OptionCatalogue.All.Keys, ignoreOrder: true);
        _control.LastReport.Refused.Keys.Values.ShouldAllBe(reason => reason.Length <= 1_500);
        _control.LastHeartbeat!.Refused!.Length.ShouldBe(1_500);
    }
}
