using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

[Collection(nameof(BrowserCollection))]
public sealed class TalkTests(Chromium chromium) : IAsyncLifetime
{
    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task TwoPeople_OfTwoPolicySets_TalkOnThoughTheNodeOfOneIsKilled()
    {
        await using var ann = await chromium.VisitAsync("a");
        await using var ben = await chromium.VisitAsync("b");
        await ann.SignUpAsync("talk-ann", "Ann Archer");
        await ben.SignUpAsync("talk-ben", "Ben Baker");

        await ann.AskAsync("talk-ben", "It is Ann");
        await Expect(ben.Request("talk-ann")).ToContainTextAsync("It is Ann");
        await ben.AcceptAsync("talk-ann");
        await Expect(ann.Conversation("talk-ben")).ToHaveAttributeAsync("data-presence", "online");
        await ann.OpenAsync("talk-ben");
        await ann.SayAsync("Hello Ben");
        await Expect(ben.Conversation("talk-ann")).ToHaveAttributeAsync("data-unread", "1");
        await ben.OpenAsync("talk-ann");
        await Expect(ben.Conversation("talk-ann")).ToHaveAttributeAsync("data-unread", "0");

        var said = new List<string> { "Hello Ben" };
        var victim = await chromium.Cluster.HolderAsync(await chromium.Cluster.IdOfAsync("talk-ann"));
        for (var i = 1; i <= 20; i++)
        {
            if (i == 8) await victim.KillAsync();
            var (speaker, listener) = i % 2 == 0 ? (ben, ann) : (ann, ben);
            said.Add($"Sentence {i} of {speaker.Username}");
            await speaker.SayAsync(said[^1]);
            // One after the other, as people talk: what the other has not seen yet nobody answers. Ben's go on while Ann's node is dead.
            if (i < 8 || i > 12) await SeesLastAsync(listener, said[^1], speaker);
        }

        await SeesAllAsync(ann, said);
        await SeesAllAsync(ben, said);
        (await ann.TextsAsync()).ShouldBe(await ben.TextsAsync(), "both see them in the same order");
        await Expect(ann.Connection).ToBeHiddenAsync();
        victim.IsAlive.ShouldBeFalse();
        var id = await chromium.Cluster.IdOfAsync("talk-ann");
        // What was missed may be fetched before the stream is opened again.
        await Eventually.HoldsAsync(async () => (await chromium.Cluster.HolderAsync(id)).Name != victim.Name, "a node that is there holds the session");

        // A page that is loaded again shows the same, from the store.
        await ann.Page.ReloadAsync();
        await SeesAllAsync(ann, said);
        ann.Complaints.ShouldBeEmpty();
        ben.Complaints.ShouldBeEmpty();
    }

    private static async Task SeesLastAsync(Visitor listener, string text, Visitor speaker)
    {
        try
        {
            await Expect(listener.Page.GetByTestId("message-text").Last).ToHaveTextAsync(text, new() { Timeout = 45_000 });
        }
        catch (PlaywrightException e)
        {
            throw new ShouldAssertException($"{text}\n{await listener.DescribeAsync()}\n{await speaker.DescribeAsync()}", e);
        }
    }

    [Fact]
    public async Task Page_WhoseNodesAreAllAway_SaysSoCalmlyAndKeepsWhatIsWritten()
    {
        await using var ann = await chromium.VisitAsync("b");
        await ann.SignUpAsync("away-ann");
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("a")))[0];
        Person.Require(await ben.PostAsync("contacts", new { username = "away-ann" }), 201);
        await ann.AcceptAsync(ben.Name);
        await ann.OpenAsync(ben.Name);
        await Expect(ann.Connection).ToBeHiddenAsync();

        await chromium.Cluster.B1.KillAsync();
        await ann.SayAsync("written while nobody is there");
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "reconnecting", new() { Timeout = 15_000 });
        await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sending");
        // The page itself cannot be loaded now: what was written is not lost by trying, and it comes back by itself.
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.Locator("h1")).ToHaveTextAsync("IntraMessenger cannot be reached just now");
        await chromium.Cluster.B1.RestartAsync();
        await Expect(ann.Composer).ToBeVisibleAsync(new() { Timeout = 45_000 });
        await Expect(ann.Messages).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sent", new() { Timeout = 30_000 });
        await Expect(ann.Connection).ToBeHiddenAsync();
        var conversation = Person.Require(await ben.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync("away-ann")}"), 200).Text("id");
        (await ben.ReadAllAsync(conversation)).Select(item => item.GetProperty("text").GetString()).ShouldBe(["written while nobody is there"]);
    }

    [Fact]
    public async Task Tabs_OfOneBrowser_ShareOneStreamAndShowTheSame()
    {
        await using var ann = await chromium.VisitAsync("a");
        await ann.SignUpAsync("tabs-ann");
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        Person.Require(await ben.PostAsync("contacts", new { username = "tabs-ann" }), 201);
        await ann.AcceptAsync(ben.Name);
        var second = await ann.OpenTabAsync();
        await second.GetByTestId("person-search").WaitForAsync();
        var conversation = Person.Require(await ben.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync("tabs-ann")}"), 200).Text("id");
        for (var i = 1; i <= 5; i++)
        {
            Person.Require(await ben.SayAsync(conversation, $"to both {i}"), 201);
            foreach (var tab in new[] { ann.Page, second }) await Expect(tab.Locator($"[data-testid=conversation-item][data-username='{ben.Name}']")).ToContainTextAsync($"to both {i}");
        }

        // One of them goes; the other goes on.
        await ann.Page.CloseAsync();
        Person.Require(await ben.SayAsync(conversation, "to the one that stayed"), 201);
        await Expect(second.Locator($"[data-testid=conversation-item][data-username='{ben.Name}']")).ToContainTextAsync("to the one that stayed");
        await Expect(second.GetByTestId("connection")).ToBeHiddenAsync();
    }

    // In whatever order two who speak at once are numbered: each sentence once, and both see the same.
    private static async Task SeesAllAsync(Visitor who, IReadOnlyCollection<string> said)
    {
        IReadOnlyList<string> seen = [];
        await Eventually.HoldsAsync(async () => (seen = await who.TextsAsync()).Count >= said.Count, $"every sentence at {who.Username}", 45, () => $"{seen.Count} of {said.Count} are there");
        seen.ShouldBe(said, ignoreOrder: true);
        await Expect(who.Page.Locator("[data-testid=message][data-state=sending], [data-testid=message][data-state=failed]")).ToHaveCountAsync(0);
    }
}
