using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

[Collection(nameof(BrowserCollection))]
public sealed class SafetyTests(Chromium chromium) : IAsyncLifetime
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> \"'&{{1}}${1} javascript:alert(1)";

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task HostileText_InEveryField_ShowsAsText()
    {
        await using var ann = await chromium.VisitAsync("a");
        var isOwned = false;
        ann.Page.Dialog += (_, dialog) => { isOwned = true; _ = dialog.DismissAsync(); };
        await ann.SignUpAsync("safe-ann", "Ann");

        // Whoever is hostile does not use our page.
        var eve = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        var display = Hostile[..100];
        Person.Require(await eve.PatchAsync("me", new { displayName = display }), 200);
        Person.Require(await eve.PutAsync("me/status", new { status = "busy", reason = Hostile[..100] }), 200);
        Person.Require(await eve.PostAsync("contacts", new { username = "safe-ann", text = Hostile }), 201);
        await Expect(ann.Request(eve.Name)).ToContainTextAsync(display);
        await Expect(ann.Request(eve.Name)).ToContainTextAsync(Hostile);
        await ann.AcceptAsync(eve.Name);

        await using var stream = await eve.ListenAsync();
        var conversation = Person.Require(await eve.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync("safe-ann")}"), 200).Text("id");
        Person.Require(await eve.SayAsync(conversation, Hostile), 201);
        Person.Require(await eve.SayAsync(conversation, "see javascript:document.title='owned' and https://example.com/?q=<b>\"'onmouseover=alert(1) and data:text/html,<script>alert(1)</script>"), 201);
        await Expect(ann.Conversation(eve.Name)).ToContainTextAsync("see javascript:");
        await ann.OpenAsync(eve.Name);
        await ann.SayAsync(Hostile);
        await Expect(ann.Page.GetByTestId("message-text").First).ToHaveTextAsync(Hostile);
        await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync(Hostile);
        foreach (var link in await ann.Page.Locator("[data-testid=message-text] a").AllAsync())
        {
            (await link.GetAttributeAsync("href"))!.ShouldStartWith("https://example.com/");
            (await link.GetAttributeAsync("rel"))!.ShouldContain("noopener");
        }

        await ann.Page.GetByTestId("person-search").FillAsync(Hostile[..60]);
        await ann.Page.WaitForTimeoutAsync(1_000);
        (await ann.Page.Locator("img[src=x], #owned").CountAsync()).ShouldBe(0);
        (await ann.Page.TitleAsync()).ShouldNotContain("owned");
        isOwned.ShouldBeFalse();
        ann.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_FromSignUpToTalk_AsksNoOtherHostAndBreaksNoRuleOfItsOwn()
    {
        await using var ann = await chromium.VisitAsync("a");
        await ann.SignUpAsync("quiet-ann");
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        await ann.AskAsync(ben.Name);
        Person.Require(await ben.PostAsync($"contacts/{await chromium.Cluster.IdOfAsync("quiet-ann")}/accept"), 200);
        await ann.OpenAsync(ben.Name);
        await ann.SayAsync("Hello");
        await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sent");

        ann.Requested.Count.ShouldBeGreaterThan(8);
        ann.Requested.ShouldAllBe(url => url.StartsWith(chromium.Cluster.Gateway("a") + "/", StringComparison.Ordinal));
        ann.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_OfThePage_StopsWhatSomebodyPutsIn()
    {
        await using var ann = await chromium.VisitAsync("a");
        await ann.Page.EvaluateAsync("""
            () => {
                const script = document.createElement('script');
                script.setAttribute('src', 'data:text/javascript,document.title="owned"');
                document.body.append(script);
            }
            """).ContinueWith(_ => { }, TaskScheduler.Default); // trusted types may throw already
        await Eventually.HoldsAsync(() => !ann.Complaints.IsEmpty, "the complaint, or the other tests would not see a violation");
        (await ann.Page.TitleAsync()).ShouldNotContain("owned");
        var cookies = await ann.Context.CookiesAsync();
        cookies.ShouldAllBe(cookie => cookie.HttpOnly);
    }
}
