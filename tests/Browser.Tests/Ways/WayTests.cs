using System.Text.RegularExpressions;
using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using IntraMessenger.Testing.Ways;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests.Ways;

/// <summary>What is between people and the gateway in the field. Each test says how the page came through, as the page says it.</summary>
[Collection(nameof(BrowserCollection))]
public sealed partial class WayTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is { Length: > 0 };

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Page_BehindSquid_Streams()
    {
        await using var squid = await WebProxy.SquidAsync();
        // Chromium leaves a proxy out for loopback addresses unless it is told not to.
        var proxied = new BrowserNewContextOptions { Proxy = new() { Server = squid.Address, Bypass = "<-loopback>" } };
        await using var ann = await chromium.VisitAsync("a", proxied);
        await TalkAsync(ann, "squid", 12);
        (await ann.Page.EvaluateAsync<string[]>("async () => [...(await fetch('api/v1/options')).headers.keys()]")).ShouldContain("via", "it went through the proxy");
        await ShowsAsync(ann, "stream", "Connected");
        ann.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_BehindAProxyThatBuffers_Polls()
    {
        await using var nginx = await WebProxy.BufferingAsync(chromium.Cluster.Local.GatewayProcess.Url);
        await using var ann = await chromium.VisitAtAsync($"{nginx.Address}/a");
        await TalkAsync(ann, "buffered", 12);
        await ShowsAsync(ann, "poll", "Connected by asking: something on the way holds streams back (long poll, 55 s)");
        ann.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_BehindAProxyThatCuts_StreamsOn()
    {
        var seconds = IsLong ? 30 : 5;
        await using var relay = new CuttingRelay(chromium.Cluster.Local.GatewayProcess.Url, TimeSpan.FromSeconds(seconds));
        await using var ann = await chromium.VisitAtAsync($"{relay.Address}/a");
        await WatchAsync(ann);
        await TalkAsync(ann, "cut", IsLong ? 80 : 27, TimeSpan.FromSeconds(IsLong ? 1.5 : 0.7));
        relay.Cut.ShouldBeGreaterThan(3);
        // A stream that took over a connection is ended earlier, by as long as that was in use. On a busy machine it takes more than one to be sure.
        var way = await WayAsync(ann);
        var ends = 0;
        await Eventually.HoldsAsync(async () => int.TryParse(EndsAfter().Match(await way.InnerTextAsync()).Groups[1].Value, out ends) && ends >= seconds * 3 / 5 && ends <= seconds * 6 / 5 + 1,
            "after how long connections end; a busy machine notices late", 60, () => $"{ends} s");
        await CalmAsync(ann, 4 * seconds);
        ann.Complaints.ShouldBeEmpty();
    }

    /// <summary>Ann, at the page behind the proxy, and Ben, who is not, talk; everything arrives once and in order at both.</summary>
    private async Task TalkAsync(Visitor ann, string name, int sentences, TimeSpan pause = default)
    {
        await ann.SignUpAsync($"{name}-ann");
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        await using var bens = await ben.ListenAsync();
        Person.Require(await ben.PostAsync("contacts", new { username = ann.Username }), 201);
        await Expect(ann.Request(ben.Name)).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await ann.AcceptAsync(ben.Name);
        await ann.OpenAsync(ben.Name);
        var conversation = Person.Require(await ben.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync(ann.Username)}"), 200).Text("id");

        var said = new List<string>();
        for (var i = 1; i <= sentences; i++)
        {
            said.Add($"{name} {i}");
            if (i % 3 == 0) await ann.SayAsync(said[^1]);
            else Person.Require(await ben.SayAsync(conversation, said[^1]), 201);
            // The one before an answer has been seen, as where people talk; what Ben says in a row comes as it comes.
            if (i % 3 > 0) continue;
            await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync(said[^1]);
            await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sent", new() { Timeout = 30_000 });
            await Task.Delay(pause * 3);
        }

        await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync(said[^1], new() { Timeout = 30_000 });
        (await ann.TextsAsync()).ShouldBe(said);
        (await ben.ReadAllAsync(conversation)).Select(item => item.GetProperty("text").GetString()).ShouldBe(said);
    }

    private static async Task ShowsAsync(Visitor ann, string mode, string words)
    {
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-feed", mode);
        await Expect(await WayAsync(ann)).ToHaveTextAsync(words);
    }

    private static async Task<ILocator> WayAsync(Visitor ann)
    {
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Your menu" }).ClickAsync();
        return ann.Page.GetByTestId("way");
    }

    [GeneratedRegex("^Connected, through something that ends connections after ([0-9]+) s$")]
    private static partial Regex EndsAfter();

    private static Task WatchAsync(Visitor ann) => ann.Page.EvaluateAsync("""
        () => {
            const look = () => { if (document.querySelector('[data-testid=connection]')) window.noticedAt = performance.now(); };
            window.noticedAt = performance.now();
            new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true });
        }
        """);

    /// <summary>For so long nobody who looks at the page had to notice that connections end. A machine that is too busy for that just now is waited for.</summary>
    private static Task CalmAsync(Visitor ann, double seconds) => Eventually.HoldsAsync(
        async () => await ann.Page.EvaluateAsync<double>("document.querySelector('[data-testid=connection]') ? 0 : performance.now() - window.noticedAt") >= seconds * 1000,
        $"{seconds} s without a word of the connection", 6 * seconds);
}
